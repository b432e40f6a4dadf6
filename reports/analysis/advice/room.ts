import { knownFacts } from '../../../trackers/catalogue.js';

/** Bytes that a tracker needs for a guest of `pages` pages; null for one of which that is not told. */
export function roomOf(tracker: string, pages: number): number | null {
  const room = knownFacts(tracker)?.room;
  return room === undefined ? null : Math.ceil(room.perPage * pages + room.fixed);
}
