import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';

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
