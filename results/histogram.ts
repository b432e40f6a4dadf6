import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
  JsHistogram,
} from 'hdr-histogram-js';

const significantDigits = 3;
/** An hour in nanoseconds: no epoch takes longer. */
const highest = 3_600_000_000_000;

/** An empty histogram of nanoseconds. */
export function emptyHistogram(): Histogram {
  return build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: highest,
    numberOfSignificantValueDigits: significantDigits,
    useWebAssembly: false,
  });
}

/** The text that a results file keeps of a histogram. */
export function encodeHistogram(histogram: Histogram): string {
  return encodeIntoCompressedBase64(histogram);
}

/** @throws Error if the text is not an HdrHistogram. */
export function decodeHistogram(text: string): Histogram {
  return decodeFromCompressedBase64(text, 32, false);
}

/** A bucket of a histogram that is not empty. */
export interface Bucket {
  /** Middle of the bucket in nanoseconds, but at most the longest that was recorded: no quantile lies above the maximum. */
  readonly ns: number;
  /** How many values lie in it or below. */
  readonly upTo: number;
}

/** The buckets that are not empty, from the shortest durations to the longest. `mostNs` is the longest that was recorded. */
export function* bucketsOf(histogram: Histogram, mostNs: number): Generator<Bucket> {
  if (!(histogram instanceof JsHistogram)) throw new Error('the histogram is not one in plain JavaScript');
  let upTo = 0;
  for (let index = 0; upTo < histogram.totalCount; index++) {
    const count = histogram.getCountAtIndex(index);
    if (count === 0) continue;
    upTo += count;
    yield { ns: Math.min(mostNs, histogram.medianEquivalentValue(histogram.valueFromIndex(index))), upTo };
  }
}

/**
 * The place, counted from 1, of the quantile of `share` (0 to 1) among `total` sorted values: the first place up to which there is at least
 * this share of them.
 */
export function rankOf(share: number, total: number): number {
  // The product can land a hair above a whole rank (0.07 * 100 is 7.000000000000001): a hair is taken off before rounding up.
  return Math.max(1, Math.ceil((share - 1e-12) * total));
}

/**
 * The shortest duration that at least this share (0 to 1) of what was recorded stays within, in nanoseconds to three
 * digits, and never above the maximum; 0 of none.
 */
export function quantileIn(histogram: Histogram, share: number): number {
  const rank = rankOf(share, histogram.totalCount);
  for (const { ns, upTo } of bucketsOf(histogram, histogram.maxValue)) if (upTo >= rank) return ns;
  return 0;
}

/** Whether `total` values are enough for the quantile of `share` (0 to 1): with fewer it is just the largest value. */
export function isTold(share: number, total: number): boolean {
  return rankOf(share, total) < total;
}
