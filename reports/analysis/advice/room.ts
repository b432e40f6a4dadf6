import { knownFacts } from '../../../trackers/catalogue.js';

/** Bytes that a tracker needs for a guest of `pages` pages; null for one of which that is not told. */
export function roomOf(tracker: string, pages: number): number | null {
  const room = knownFacts(tracker)?.room;
  if (room === undefined) return null;
  const { perPage, perRoundedPage = 0, fixed } = room;
  return Math.ceil(perPage * pages + perRoundedPage * 2 ** Math.ceil(Math.log2(pages)) + fixed);
}
