import type { Timing } from '../../results/schema.js';
import { bootstrapMedian, durationOf, type Medians } from './bootstrap.js';
import { type Distribution, mergeHistograms, quantileOf } from './distribution.js';
import type { Duration } from './estimate.js';
import { type Outliers, outliersAmong, outliersOf } from './outliers.js';

/** What an epoch of a point costs, in nanoseconds, over all its finished rounds. */
export interface Cost extends Duration {
  /** Mean over all epochs of all rounds. */
  readonly meanNs: number;
  /** Of all epochs of all rounds. */
  readonly p99Ns: number;
  readonly p999Ns: number;
  /** The distribution of all epochs: rising quantiles (0 to 1), for a chart. */
  readonly quantiles: readonly { readonly quantile: number; readonly ns: number }[];
  /** Among the rounds' medians. */
  readonly roundOutliers: Outliers;
  /** Among all epochs of all rounds. */
  readonly epochOutliers: Outliers;
}

const shown = [0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9995, 0.9999, 1];

/** A cost with what it was computed from. */
export interface MeasuredCost {
  readonly cost: Cost;
  readonly medians: Medians;
  readonly distribution: Distribution;
}

/** The cost that these rounds measured; `seed` is the bootstrap's. */
export function costOf(rounds: readonly Timing[], seed: number): MeasuredCost {
  const roundMedians = rounds.map((round) => round.medianNs);
  const medians = bootstrapMedian(roundMedians, seed);
  const distribution = mergeHistograms(
    rounds.map((round) => round.histogram),
    Math.max(...rounds.map((round) => round.maxNs)),
  );
  const cost = {
    ...durationOf(medians),
    meanNs: distribution.meanNs,
    p99Ns: quantileOf(distribution, 0.99),
    p999Ns: quantileOf(distribution, 0.999),
    quantiles: shown.map((quantile) => ({ quantile, ns: quantileOf(distribution, quantile) })),
    roundOutliers: outliersAmong(roundMedians),
    epochOutliers: outliersOf(distribution),
  };
  return { cost, medians, distribution };
}
