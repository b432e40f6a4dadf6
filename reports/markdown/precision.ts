import type { AnalysedPoint } from '../analysis/point.js';
import { formatBytes, formatFactor } from '../units.js';
import { nothing } from './prose.js';

/** Whether any of the points is of a tracker that may find more than was written. */
export function anyApproximate(points: readonly AnalysedPoint[]): boolean {
  return points.some(({ precision }) => precision !== null && precision.exactness !== 'exact');
}

/** `exact`, `cumulative, 54.2x`: what a tracker promises, and pages found for each page written. */
export function precisionText({ precision }: AnalysedPoint): string {
  if (precision === null) return nothing;
  const { exactness, perWritten } = precision;
  return exactness === 'exact' ? exactness : `${exactness}, ${formatFactor(perWritten)}`;
}

/** Bytes of the pages of one collect, `–` where there are none. */
export function snapshotText({ precision }: AnalysedPoint): string {
  return precision === null ? nothing : formatBytes(precision.snapshotBytes);
}
