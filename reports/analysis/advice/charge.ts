import { isSingle } from '../setting.js';
import type { Place } from './curve.js';
import type { EvidenceCharge } from './evidence.js';
import type { Question } from './question.js';

/** What marking costs the running guest, in nanoseconds an epoch. */
export interface Charge {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** The memory and pages at which it was measured. */
  readonly memoryBytes: number;
  readonly pagesPerEpoch: number;
}

/** How far away another workload counts, in doublings of the pages or the memory: as 16 times as many, a round number. */
const otherWorkload = 4;
/** The same for another cache: farther than pages, memory and workload come to, so that it is taken only where there is no other. */
const otherCache = 100;

/**
 * What a scheme charges the running guest for the pages of an epoch: for each page as much as at the nearest point where
 * it was measured.
 * A charge below nothing is noise, and none. Null: it was measured nowhere.
 */
export function chargeOf(
  costs: readonly EvidenceCharge[],
  scheme: string,
  question: Question,
  { dirtyPages }: Pick<Place, 'dirtyPages'>,
): Charge | null {
  const away = ({ pagesPerEpoch, memoryBytes, workload, cache }: EvidenceCharge) =>
    Math.abs(Math.log2(pagesPerEpoch / dirtyPages)) +
    Math.abs(Math.log2(memoryBytes / question.memoryBytes)) +
    (workload === question.workload ? 0 : otherWorkload) +
    (cache === question.cache ? 0 : otherCache);
  const nearest = costs
    .filter((cost) => cost.scheme === scheme && cost.guest === question.guest && isSingle(cost))
    .toSorted((a, b) => away(a) - away(b))[0];
  if (nearest === undefined) return null;
  const { perDirty, memoryBytes, pagesPerEpoch } = nearest;
  const forAll = (ns: number) => Math.max(0, ns * dirtyPages);
  return {
    value: forAll(perDirty.value),
    low: forAll(perDirty.low),
    high: forAll(perDirty.high),
    memoryBytes,
    pagesPerEpoch,
  };
}
