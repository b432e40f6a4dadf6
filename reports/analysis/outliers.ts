import { quantileSorted } from 'simple-statistics';
import { type Distribution, quantileOf } from './distribution.js';

/**
 * How many values lie beyond Tukey's fences: mild beyond 1.5, severe beyond 3 interquartile ranges from the quartiles
 * (as criterion.rs counts them). They are counted and kept: every statistic is computed with them.
 */
export interface Outliers {
  readonly lowSevere: number;
  readonly lowMild: number;
  readonly highMild: number;
  readonly highSevere: number;
  /** How many values there were. */
  readonly of: number;
}

/** Outliers among single values, such as the medians of rounds. */
export function outliersAmong(values: readonly number[]): Outliers {
  const sorted = values.toSorted((a, b) => a - b);
  const quartiles = { q1: quantileSorted(sorted, 0.25), q3: quantileSorted(sorted, 0.75) };
  return count(
    sorted,
    sorted.map((_, index) => index + 1),
    quartiles,
  );
}

/** Outliers among all epochs. */
export function outliersOf(distribution: Distribution): Outliers {
  const quartiles = { q1: quantileOf(distribution, 0.25), q3: quantileOf(distribution, 0.75) };
  return count(distribution.values, distribution.upTo, quartiles);
}

/** `upTo[i]` values are `values[i]` or less. */
function count(
  values: ArrayLike<number>,
  upTo: ArrayLike<number>,
  { q1, q3 }: { readonly q1: number; readonly q3: number },
): Outliers {
  const range = q3 - q1;
  const counts = { lowSevere: 0, lowMild: 0, highMild: 0, highSevere: 0 };
  let before = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const times = (upTo[i] as number) - before;
    before += times;
    if (value < q1 - 3 * range) counts.lowSevere += times;
    else if (value < q1 - 1.5 * range) counts.lowMild += times;
    else if (value > q3 + 3 * range) counts.highSevere += times;
    else if (value > q3 + 1.5 * range) counts.highMild += times;
  }
  return { ...counts, of: before };
}
