/** How likely an interval over rounds holds the true figure. */
export interface Covering {
  /**
   * From 0 to 1, at the least, whatever the distribution. It takes six rounds for 95 %; 0 is one round, which has no interval.
   */
  readonly coverage: number;
}

/** A figure with its interval over rounds. The unit is in the name of what holds it. */
export interface Estimate extends Covering {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A duration in nanoseconds, with its interval over rounds. */
export interface Duration extends Covering {
  /** Median of the rounds' medians. */
  readonly medianNs: number;
  readonly lowNs: number;
  readonly highNs: number;
}

/** Why a statistic is not there, in a sentence for the reader. */
export interface Absent {
  readonly kind: 'absent';
  readonly why: string;
}
