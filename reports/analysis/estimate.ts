/** A figure with its 95 % bootstrap interval over rounds. The unit is in the name of what holds it. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A duration in nanoseconds, with its 95 % bootstrap interval over rounds. */
export interface Duration {
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
