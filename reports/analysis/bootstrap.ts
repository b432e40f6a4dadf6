import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { quantileSorted } from 'simple-statistics';
import type { Duration, Estimate } from './estimate.js';

/** How often a sample is drawn again from itself. */
const resamples = 2000;

/** A sample's median, and the medians that samples drawn from it with replacement have. */
export interface Medians {
  readonly median: number;
  /** One for each resample; those of two samples with different seeds are independent. */
  readonly replicates: Float64Array;
}

/** The bootstrap of a sample's median; the same seed gives the same replicates. */
export function bootstrapMedian(sample: readonly number[], seed: number): Medians {
  const sorted = Float64Array.from(sample).sort();
  const generator = xoroshiro128plus(seed);
  const replicates = new Float64Array(resamples);
  const drawn = new Float64Array(sorted.length);
  for (let resample = 0; resample < resamples; resample++) {
    for (let i = 0; i < drawn.length; i++) drawn[i] = sorted[uniformInt(generator, 0, drawn.length - 1)] as number;
    replicates[resample] = middle(drawn.sort());
  }
  return { median: middle(sorted), replicates };
}

function middle(sorted: Float64Array): number {
  const half = sorted.length >> 1;
  const upper = sorted[half] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2;
}

/** A statistic of several samples' medians, with the 95 % interval that their replicates give it. */
export function estimate(statistic: (medians: readonly number[]) => number, samples: readonly Medians[]): Estimate {
  const replicates = new Float64Array(resamples);
  const medians = new Array<number>(samples.length);
  for (let resample = 0; resample < resamples; resample++) {
    for (let i = 0; i < samples.length; i++) medians[i] = samples[i]?.replicates[resample] as number;
    replicates[resample] = statistic(medians);
  }
  return { value: statistic(samples.map((sample) => sample.median)), ...interval(replicates) };
}

/** The bounds that hold the middle 95 % of the replicates. */
export function interval(replicates: Float64Array): { low: number; high: number } {
  const sorted = [...replicates.toSorted()];
  return { low: quantileSorted(sorted, 0.025), high: quantileSorted(sorted, 0.975) };
}

/** A median in nanoseconds, with its interval. */
export function durationOf(medians: Medians): Duration {
  const { low, high } = interval(medians.replicates);
  return { medianNs: medians.median, lowNs: low, highNs: high };
}
