import { type ComparedCost, cheaperOf, comparedCosts, contendersAmong } from './comparison.js';
import { isFinding } from './coverage.js';
import type { Duration } from './estimate.js';
import { groupBy } from './group.js';
import type { AnalysedPoint } from './point.js';
import { isRecorded, type Setting, settingKey, settingOf } from './setting.js';

/** Who is cheapest in one cell of the grid, of all schemes measured there (two or more; null trackers do not count). */
export interface Winner extends Setting, Duration {
  readonly cost: ComparedCost;
  readonly memoryBytes: number;
  readonly pagesPerEpoch: number;
  readonly scheme: string;
  /** True: the cost is to be printed as "within the floor". */
  readonly withinFloor: boolean;
  /** Other schemes that cannot be told from the winner, cheapest first: the order among them is noise. */
  readonly ties: readonly string[];
  /** The cheapest that is not a tie, and how many times the winner's cost it is; null where all are ties. */
  readonly next: { readonly scheme: string; readonly ratio: number } | null;
}

/** The winner of every cell in which two or more schemes were measured, all in rounds enough to tell, for either cost. */
export function winnersOf(points: readonly AnalysedPoint[], noiseShare: number): Winner[] {
  const cells = groupBy(points, (point) =>
    settingKey(point, point.memoryBytes, isRecorded(point) ? 'recorded' : point.pagesPerEpoch),
  );
  return comparedCosts.flatMap((cost) => [...cells.values()].flatMap((cell) => winnerOf(cell, cost, noiseShare)));
}

function winnerOf(cell: readonly AnalysedPoint[], cost: ComparedCost, noiseShare: number): Winner[] {
  const [point] = cell;
  const contenders = contendersAmong(cell, cost).sort((a, b) => a.medianNs - b.medianNs);
  const [winner, ...others] = contenders;
  if (point === undefined || winner === undefined || others.length === 0 || !contenders.every(isFinding)) return [];
  const beaten = others.filter((other) => cheaperOf(winner, other, noiseShare) === winner);
  const ties = others.filter((other) => !beaten.includes(other)).map(({ scheme }) => scheme);
  const next = beaten[0] && { scheme: beaten[0].scheme, ratio: beaten[0].medianNs / Math.max(1, winner.medianNs) };
  const { memoryBytes, pagesPerEpoch } = point;
  return [{ ...settingOf(point), cost, memoryBytes, pagesPerEpoch, ...winner, ties, next: next ?? null }];
}
