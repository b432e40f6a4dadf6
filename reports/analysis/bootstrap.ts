import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { quantileSorted } from 'simple-statistics';
import { coverageOfSeveral, orderInterval } from './coverage.js';
import type { Covering, Duration, Estimate } from './estimate.js';

/** How often a sample is drawn again from itself. */
const resamples = 2000;

/** A sample's median with its interval, and the medians that samples drawn from it with replacement have. */
export interface Medians extends Covering {
  readonly median: number;
  /** The ends of the interval: two values of the sample, as far from its ends as its coverage allows. */
  readonly low: number;
  readonly high: number;
  /** Values in the sample. */
  readonly of: number;
  /** One for each resample; those of two samples with different seeds are independent. */
  readonly replicates: Float64Array;
}

/** The bootstrap of a sample's median; the same seed gives the same replicates. */
export function bootstrapMedian(sample: readonly number[], seed: number): Medians {
  const sorted = Float64Array.from(sample).sort();
  const generator = xoroshiro128plus(seed);
  const replicates = new Float64Array(resamples);
  const times = new Uint32Array(sorted.length);
  for (let resample = 0; resample < resamples; resample++) {
    times.fill(0);
    for (let i = 0; i < sorted.length; i++) (times[uniformInt(generator, 0, sorted.length - 1)] as number)++;
    replicates[resample] = medianOf(sorted, times);
  }
  const { rank, coverage } = orderInterval(sorted.length);
  return {
    median: medianOf(sorted, times.fill(1)),
    low: sorted[rank - 1] as number,
    high: sorted[sorted.length - rank] as number,
    coverage,
    of: sorted.length,
    replicates,
  };
}

/** The median where each value comes that many times, as many in all as there are values. */
function medianOf(sorted: Float64Array, times: Uint32Array): number {
  const [lower, upper] = [(sorted.length - 1) >> 1, sorted.length >> 1];
  let i = 0;
  let upTo = times[0] as number;
  while (upTo <= lower) upTo += times[++i] as number;
  const atLower = sorted[i] as number;
  while (upTo <= upper) upTo += times[++i] as number;
  return (atLower + (sorted[i] as number)) / 2;
}

/**
 * A statistic of several samples' medians, with the interval of the middle 95 % that their replicates give it. Of few
 * rounds the replicates may all lie to one side of the value: the interval is then widened to hold it.
 */
export function estimate(statistic: (medians: readonly number[]) => number, samples: readonly Medians[]): Estimate {
  const replicates = new Float64Array(resamples);
  const medians = new Array<number>(samples.length);
  for (let resample = 0; resample < resamples; resample++) {
    for (let i = 0; i < samples.length; i++) medians[i] = samples[i]?.replicates[resample] as number;
    replicates[resample] = statistic(medians);
  }
  const value = statistic(samples.map((sample) => sample.median));
  const sorted = [...replicates.toSorted()];
  const [low, high] = [quantileSorted(sorted, 0.025), quantileSorted(sorted, 0.975)];
  const coverage = coverageOfSeveral(Math.min(...samples.map((sample) => sample.of)));
  return { value, low: Math.min(low, value), high: Math.max(high, value), coverage };
}

/** A median with its interval. */
export function estimateOf({ median, low, high, coverage }: Medians): Estimate {
  return { value: median, low, high, coverage };
}

/** A median in nanoseconds, with its interval. */
export function durationOf(medians: Medians): Duration {
  const { median, low, high, coverage } = medians;
  return { medianNs: median, lowNs: low, highNs: high, coverage };
}
