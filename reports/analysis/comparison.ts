import { isFinding } from './coverage.js';
import type { Duration } from './estimate.js';
import type { AnalysedPoint } from './point.js';
import { isContender } from './role.js';

/** What is compared: `collect` is detection alone, `total` is marking and detection. */
export const comparedCosts = ['collect', 'total'] as const;

/** Which cost is compared. */
export type ComparedCost = (typeof comparedCosts)[number];

/** One scheme's cost where others are compared with it. */
export interface Contender extends Duration {
  readonly scheme: string;
  readonly withinFloor: boolean;
}

/** The schemes among these points, each once (the first point of each), without floors, limits and libraries. */
export function contendersAmong(points: readonly AnalysedPoint[], cost: ComparedCost): Contender[] {
  const contenders = new Map<string, Contender>();
  for (const point of points) {
    if (!isContender(point) || contenders.has(point.scheme)) continue;
    contenders.set(point.scheme, contenderOf(point, cost));
  }
  return [...contenders.values()];
}

/** One point's scheme and cost. */
export function contenderOf(point: AnalysedPoint, cost: ComparedCost): Contender {
  const { medianNs, lowNs, highNs, coverage } = point[cost];
  const withinFloor = cost === 'collect' && point.withinFloor;
  return { scheme: point.scheme, withinFloor, medianNs, lowNs, highNs, coverage };
}

/**
 * The cheaper of two, or null where they cannot be told apart: they have too few rounds, their intervals overlap, both
 * are within the floor, or the dearer is dearer by no more than the share that is noise.
 */
export function cheaperOf(a: Contender, b: Contender, noiseShare: number): Contender | null {
  const [cheap, dear] = a.medianNs <= b.medianNs ? [a, b] : [b, a];
  const tied =
    !(isFinding(a) && isFinding(b)) ||
    (a.withinFloor && b.withinFloor) ||
    cheap.highNs >= dear.lowNs ||
    dear.medianNs <= cheap.medianNs * (1 + noiseShare);
  return tied ? null : cheap;
}
