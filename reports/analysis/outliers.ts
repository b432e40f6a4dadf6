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
