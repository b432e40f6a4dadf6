import type { AnalysedPoint } from './point.js';
import { isContender } from './role.js';

/** Where the guests of a host are: each in a process of its own, or all in one. */
export const arrangements = ['own processes', 'one process'] as const;

/** Where the guests of a host are. */
export type Arrangement = (typeof arrangements)[number];

/** Points that differ in the number of guests on the host alone, from one guest up. */
export type Neighbours = readonly AnalysedPoint[];

/** What of a point is the same however many guests there are. */
function placeOf({ guest, scheme, workload, memoryBytes, pagesPerEpoch, cache, vcpus, epochs }: AnalysedPoint): string {
  return JSON.stringify([guest, scheme, workload, memoryBytes, pagesPerEpoch, cache, vcpus, epochs]);
}

/** Each scheme where it was measured with other guests beside it so, in the sweep's order. */
export function neighboursIn(points: readonly AnalysedPoint[], arrangement: Arrangement): Neighbours[] {
  const contenders = points.filter(isContender);
  const several = contenders.filter(
    ({ guests, oneProcess }) => guests !== undefined && (oneProcess ?? false) === (arrangement === 'one process'),
  );
  return [...new Set(several.map(placeOf))].map((place) => {
    const single = contenders.filter((point) => point.guests === undefined && placeOf(point) === place);
    const beside = several.filter((point) => placeOf(point) === place);
    return [...single, ...beside].toSorted((a, b) => (a.guests ?? 1) - (b.guests ?? 1));
  });
}
