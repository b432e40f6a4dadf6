import { availability } from '../../guests/availability.js';
import { isContender } from '../../reports/analysis/role.js';
import { findsNothing } from '../../trackers/facts.js';
import { trackerNames, trackers } from '../../trackers/registry.js';

/** A scheme that cannot be had on this machine. */
export interface Unavailable {
  readonly scheme: string;
  readonly why: string;
  readonly remedy: string;
}

/** The schemes of a kind of guest, of those that dirtybench has. */
function schemesOf(guest: string) {
  return trackerNames.filter((tracker) => trackers[tracker].guest === guest && !findsNothing(trackers[tracker]));
}

/** Schemes of a kind of guest that do not work on this machine, found out by trying each. */
export function unavailableOf(guest: string): Unavailable[] {
  return schemesOf(guest).flatMap((scheme) => {
    const here = availability(trackers[scheme]);
    return here.works ? [] : [{ scheme, why: here.why, remedy: here.remedy }];
  });
}

/** Whether any scheme of a kind of guest that can be advised works on this machine. */
export function worksHere(guest: string): boolean {
  const contenders = schemesOf(guest).filter((tracker) => isContender({ tracker }));
  return contenders.some((scheme) => availability(trackers[scheme]).works);
}

/** What an answer is made from. */
interface Answering<P> {
  readonly points: readonly P[];
  /** Whether none of it can be had on this machine. */
  readonly elsewhere: boolean;
}

/**
 * The points that an answer for a kind of guest is made from: what is unavailable on this machine is not advised. Where that is all
 * that was measured of the guest, it is to run on another machine, and all points answer.
 */
export function answering<P extends { readonly guest: string; readonly tracker: string }>(
  points: readonly P[],
  guest: string,
  unavailable: readonly Unavailable[],
): Answering<P> {
  const here = points.filter(({ tracker }) => unavailable.every(({ scheme }) => scheme !== tracker));
  const isOfGuest = (point: P) => point.guest === guest && isContender(point);
  const elsewhere = points.some(isOfGuest) && !here.some(isOfGuest);
  return { points: elsewhere ? points : here, elsewhere };
}
