import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeHistograms, quantileOf } from '../../reports/analysis/distribution.js';
import { decodeHistogram, emptyHistogram, encodeHistogram, isTold, quantileIn } from '../../results/histogram.js';

function histogramOf(durations: readonly number[]) {
  const histogram = emptyHistogram();
  for (const ns of durations) histogram.recordValue(ns);
  return histogram;
}

const durations = fc.array(fc.integer({ min: 1, max: 1e10 }), { minLength: 1, maxLength: 100 });
const shares = [0.5, 0.9, 0.99, 0.999, 1];

describe('a quantile of a histogram', () => {
  it('is never above the maximum, whatever bucket that lies in', () => {
    // A bucket this far up is thousands wide: its middle and its end lie above the one value in it.
    expect(quantileIn(histogramOf([8_384_242]), 0.999)).toBeLessThanOrEqual(8_384_242);
    fc.assert(
      fc.property(durations, (all) => {
        const quantiles = shares.map((share) => quantileIn(histogramOf(all), share));
        expect(Math.max(...quantiles)).toBeLessThanOrEqual(Math.max(...all));
        expect(quantiles).toEqual(quantiles.toSorted((a, b) => a - b));
      }),
    );
  });

  it('is the same in a results file and in the report made from it', () => {
    fc.assert(
      fc.property(durations, (all) => {
        const histogram = histogramOf(all);
        const kept = mergeHistograms([encodeHistogram(histogram)], Math.max(...all));
        expect(shares.map((share) => quantileOf(kept, share))).toEqual(
          shares.map((share) => quantileIn(histogram, share)),
        );
      }),
    );
  });

  it('is a value that the share does not exceed, to three digits', () => {
    fc.assert(
      fc.property(durations, fc.constantFrom(...shares), (all, share) => {
        const exact = all.toSorted((a, b) => a - b)[Math.ceil(share * all.length - 1e-9) - 1] ?? 0;
        expect(Math.abs(quantileIn(histogramOf(all), share) / exact - 1)).toBeLessThan(0.001);
      }),
    );
  });

  it('is nothing where nothing was recorded', () => {
    expect(quantileIn(emptyHistogram(), 0.5)).toBe(0);
    expect(quantileIn(decodeHistogram(encodeHistogram(emptyHistogram())), 0.999)).toBe(0);
  });

  it.each([
    [0.5, 2],
    [0.9, 10],
    [0.99, 100],
    [0.999, 1000],
  ])('of %f is told of %i values, and not of one less, of which it is the largest', (share, enough) => {
    const quantileOfFirst = (total: number) =>
      quantileIn(histogramOf(Array.from({ length: total }, (_, index) => index + 1)), share);
    expect([isTold(share, enough - 1), isTold(share, enough)]).toEqual([false, true]);
    expect([quantileOfFirst(enough - 1), quantileOfFirst(enough)]).toEqual([enough - 1, enough - 1]);
  });

  it('is not told of the maximum, or of nothing', () => {
    expect([isTold(1, 1000), isTold(0.5, 0)]).toEqual([false, false]);
  });
});
