import type { Histogram } from 'hdr-histogram-js';
import { UserError } from '../../base/usererror.js';
import { bucketsOf, decodeHistogram, emptyHistogram, isTold, rankOf } from '../../results/histogram.js';

/** Every epoch of a point: how often each duration came. */
export interface Distribution {
  /** Durations in nanoseconds, rising: the middle of each bucket of the histogram that is not empty. */
  readonly values: Float64Array;
  /** How many epochs took `values[i]` or less; the last is the number of epochs. */
  readonly upTo: Float64Array;
  readonly total: number;
  readonly meanNs: number;
}

/** Results that cannot be analysed; the message says what in them. */
export class AnalysisError extends UserError {
  override readonly name = 'AnalysisError';
}

/**
 * The histograms of several rounds as one distribution. `mostNs` is the longest of all their durations, where it is known:
 * a histogram keeps three digits, and nothing may come out longer than the longest.
 * @throws AnalysisError if a text is not a histogram as `encodeHistogram` writes it, or there is no epoch in any.
 */
export function mergeHistograms(texts: readonly string[], mostNs = Infinity): Distribution {
  const merged = emptyHistogram();
  for (const text of texts) merged.add(decode(text));
  if (merged.totalCount === 0) throw new AnalysisError('a histogram in the results holds no epoch');
  const values: number[] = [];
  const upTo: number[] = [];
  let total = 0;
  let sum = 0;
  for (const bucket of bucketsOf(merged, mostNs)) {
    sum += bucket.ns * (bucket.upTo - total);
    total = bucket.upTo;
    values.push(bucket.ns);
    upTo.push(total);
  }
  return { values: Float64Array.from(values), upTo: Float64Array.from(upTo), total, meanNs: sum / total };
}

function decode(text: string): Histogram {
  try {
    return decodeHistogram(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AnalysisError(`a histogram in the results cannot be read ('${text.slice(0, 24)}...'): ${reason}`);
  }
}

/** The least duration that at least this share (0 to 1) of the epochs did not exceed. */
export function quantileOf(distribution: Distribution, share: number): number {
  return durationAt(distribution, rankOf(share, distribution.total));
}

/** A quantile far out in the tail; null where the epochs are too few to tell it. */
export function tailOf(distribution: Distribution, share: number): number | null {
  return isTold(share, distribution.total) ? quantileOf(distribution, share) : null;
}

/** The duration of the epoch that is number `rank` (from 1) when they are sorted. */
export function durationAt({ values, upTo }: Distribution, rank: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((upTo[middle] as number) < rank) low = middle + 1;
    else high = middle;
  }
  return values[low] as number;
}
