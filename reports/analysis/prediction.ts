import { groupBy } from './group.js';
import type { MeasuredPoint } from './measured.js';
import { dot, fitRelative } from './regression.js';
import { roleOf } from './role.js';
import { type Setting, settingKey, settingOf } from './setting.js';

/** Guests up to this size say what larger ones will cost. */
export const predictingBytes = 64 * 2 ** 30;

/** What smaller guests say a collect on a larger one costs, and what it did cost. */
export interface Prediction extends Setting {
  readonly scheme: string;
  readonly tracker: string;
  readonly memoryBytes: number;
  readonly dirtyPages: number;
  /** Points of at most 64 GiB that `a + b*pages` was fitted to, with as many dirty pages. */
  readonly points: number;
  readonly predictedNs: number;
  readonly measuredNs: number;
}

/** One for each point above 64 GiB whose scheme was measured at two or more smaller memories. */
export function predictionsOf(points: readonly MeasuredPoint[]): Prediction[] {
  const schemes = points.filter(({ facts }) => roleOf(facts.tracker) !== 'floor');
  const groups = groupBy(schemes, ({ facts }) => settingKey(facts, facts.scheme, Math.round(facts.dirtyPages)));
  return [...groups.values()].flatMap(predictGroup);
}

function predictGroup(points: readonly MeasuredPoint[]): Prediction[] {
  const small = points.filter(({ facts }) => facts.memoryBytes <= predictingBytes);
  const large = points.filter(({ facts }) => facts.memoryBytes > predictingBytes);
  if (large.length === 0) return [];
  const fit = fitRelative(
    small.map(({ facts }) => [1, facts.memoryPages]),
    small.map(({ collect }) => collect.medians.median),
    2,
  );
  if (fit === null) return [];
  return large.map(({ facts, collect }) => ({
    ...settingOf(facts),
    scheme: facts.scheme,
    tracker: facts.tracker,
    memoryBytes: facts.memoryBytes,
    dirtyPages: facts.dirtyPages,
    points: small.length,
    predictedNs: Math.max(0, dot(fit.coefficients, [1, facts.memoryPages])),
    measuredNs: collect.medians.median,
  }));
}
