import type { Analysis } from '../analysis/analysis.js';
import { groupBy } from '../analysis/group.js';
import type { AnalysedPoint } from '../analysis/point.js';
import { isContender } from '../analysis/role.js';
import { isRecorded } from '../analysis/setting.js';
import { type Slice, slices } from '../slice.js';
import { atLeastOne } from './axis.js';
import type { LineRow, Lines } from './lines.js';

/** What detection is followed along. */
export type Along = 'memoryBytes' | 'pagesPerEpoch';

/** The points of synthetic workloads on one guest, of trackers that are contenders. */
export function syntheticPoints(analysis: Analysis, guest: string): AnalysedPoint[] {
  return analysis.points.filter((point) => point.guest === guest && !isRecorded(point) && isContender(point));
}

/** Slices on one guest along which detection can be followed, the fullest first: each has two or more sizes. */
export function detectionSlices(analysis: Analysis, guest: string, along: Along): Slice<AnalysedPoint>[] {
  const points = syntheticPoints(analysis, guest);
  const found =
    along === 'memoryBytes' ? slices(points, { pagesPerEpoch: 64 }) : slices(points, { memoryBytes: 4 * 2 ** 30 });
  return found.filter((slice) => new Set(slice.map((point) => point[along])).size > 1);
}

/**
 * Those points of a slice that make a line: of a scheme that was measured at one place alone there is a mark that says nothing of
 * what the chart is about. All of them, where none makes a line.
 */
export function inLines(slice: Slice<AnalysedPoint>, along: Along): Slice<AnalysedPoint> {
  const places = groupBy(slice, ({ scheme }) => scheme);
  const isLine = ({ scheme }: AnalysedPoint) => new Set(places.get(scheme)?.map((point) => point[along])).size > 1;
  const [first, ...more] = slice.filter(isLine);
  return first === undefined ? slice : [first, ...more];
}

/** Which schemes of a slice are in no line, in a line for a chart; nothing where all are. */
export function leftOut(slice: Slice<AnalysedPoint>, shown: Slice<AnalysedPoint>): string[] {
  const drawn = new Set(shown.map(({ scheme }) => scheme));
  const missing = new Set(slice.map(({ scheme }) => scheme).filter((scheme) => !drawn.has(scheme)));
  return missing.size === 0 ? [] : [`measured at one place alone, and not drawn: ${[...missing].join(', ')}`];
}

/** The points nearest to 4 GiB and 64 pages per epoch on a guest; null where it has no synthetic workload. */
export function usualSlice(analysis: Analysis, guest: string): Slice<AnalysedPoint> | null {
  const [slice] = slices(syntheticPoints(analysis, guest), { memoryBytes: 4 * 2 ** 30, pagesPerEpoch: 64 });
  return slice ?? null;
}

/** The lines of a slice, each value where it was measured, and the floor under each of its places. */
export function detectionLines(slice: Slice<AnalysedPoint>, along: Along): Pick<Lines, 'rows' | 'floor'> {
  const floors = new Map(
    slice.flatMap((point) => (point.floor === null ? [] : [[point[along], atLeastOne(point.floor.highNs)] as const])),
  );
  return {
    rows: slice.map((point) => detectionRow(point, along)).toSorted((a, b) => a.x - b.x),
    floor: [...floors].map(([x, high]) => ({ x, high })).sort((a, b) => a.x - b.x),
  };
}

/** The collect of a point, as a place on a line along memory or pages. */
export function detectionRow(point: AnalysedPoint, along: Along): LineRow {
  const { scheme, withinFloor } = point;
  const { medianNs, lowNs, highNs } = point.collect;
  const interval = { low: atLeastOne(lowNs), high: atLeastOne(highNs) };
  return { scheme, x: point[along], y: atLeastOne(medianNs), ...interval, withinFloor };
}
