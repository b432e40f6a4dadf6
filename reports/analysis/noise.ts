import type { Duration, Estimate } from './estimate.js';

/** The A/A pair: one point measured twice under the same conditions. What differs is noise. */
export interface Noise {
  readonly kind: 'measured';
  /** Index into the header's points. */
  readonly index: number;
  /** Median collect of either. */
  readonly first: Duration;
  readonly second: Duration;
  /** Finished rounds of the smaller of the two. */
  readonly rounds: number;
  /** How much dearer the second came out (0.02 is 2 %). */
  readonly difference: Estimate;
  /** The largest difference, up or down, that the interval allows: what is nearer than this is within the noise. */
  readonly share: number;
}
