import type { Results } from '../../results/schema.js';
import { bootstrapMedian, durationOf, estimate } from './bootstrap.js';
import type { Absent, Duration, Estimate } from './estimate.js';

/** The A/A pair: one point measured twice under the same conditions. What differs is noise. */
export interface Noise {
  readonly kind: 'measured';
  /** Index into the header's points. */
  readonly index: number;
  /** Collect of either. */
  readonly first: Duration;
  readonly second: Duration;
  /** Finished rounds of the one that has fewer. */
  readonly rounds: number;
  /** How much dearer the second came out (0.02 is 2 %). */
  readonly difference: Estimate;
  /** How much dearer the dearer of the two came out: two points nearer to each other than this are within the noise. */
  readonly share: number;
}

/** What the A/A pair says. */
export function noiseOf(results: Results): Noise | Absent {
  const index = results.header.twin;
  if (index === null) return { kind: 'absent', why: 'no point was measured twice' };
  const medians = (twin: boolean) =>
    results.rounds
      .filter((round) => round.point === index && round.twin === twin)
      .map((round) => round.collect.medianNs);
  const [one, other] = [medians(false), medians(true)];
  if (one.length === 0 || other.length === 0) {
    return { kind: 'absent', why: `the A/A pair (point ${index} measured twice) has no finished round on both sides` };
  }
  if (one.includes(0) || other.includes(0))
    return { kind: 'absent', why: 'the A/A pair is below what the timer can tell' };
  const [first, second] = [bootstrapMedian(one, 1), bootstrapMedian(other, 2)];
  const difference = estimate(([a, b]) => ((b as number) - (a as number)) / (a as number), [first, second]);
  return {
    kind: 'measured',
    index,
    first: durationOf(first),
    second: durationOf(second),
    rounds: Math.min(one.length, other.length),
    difference,
    share: excessOf(first.median, second.median),
  };
}

/** How much more the larger of two is than the smaller, as a share of that; the same whichever of them comes first. */
function excessOf(a: number, b: number): number {
  const least = Math.min(a, b);
  return (Math.max(a, b) - least) / least;
}

/** The share of a cost that is taken for noise; without an A/A pair the intervals alone decide. */
export function noiseShare(noise: Noise | Absent): number {
  return noise.kind === 'measured' ? noise.share : 0;
}
