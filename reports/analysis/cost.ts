import type { Duration } from './estimate.js';
import type { Outliers } from './outliers.js';

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
