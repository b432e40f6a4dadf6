import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AnalysisError, durationAt, mergeHistograms, quantileOf } from '../../../reports/analysis/distribution.js';
import { emptyHistogram, encodeHistogram } from '../../../results/histogram.js';

function encoded(values: readonly number[]): string {
  const histogram = emptyHistogram();
  for (const value of values) histogram.recordValue(value);
  return encodeHistogram(histogram);
}

// Below 2048 ns a histogram of three digits is exact.
const exact = fc.array(fc.integer({ min: 0, max: 2047 }), { minLength: 1, maxLength: 50 });

describe('a distribution', () => {
  test('holds every epoch of every round, in order', () => {
    fc.assert(
      fc.property(fc.array(exact, { minLength: 1, maxLength: 4 }), (rounds) => {
        const sorted = rounds.flat().sort((a, b) => a - b);
        const distribution = mergeHistograms(rounds.map(encoded));
        expect(sorted.map((_, i) => durationAt(distribution, i + 1))).toEqual(sorted);
        expect(distribution.total).toBe(sorted.length);
        expect(distribution.meanNs).toBeCloseTo(sorted.reduce((sum, value) => sum + value, 0) / sorted.length, 6);
      }),
    );
  });

  test('keeps large durations to three digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2048, max: 3_000_000_000_000 }), (value) => {
        const [kept] = mergeHistograms([encoded([value])]).values;
        expect(Math.abs((kept ?? 0) - value) / value).toBeLessThan(0.001);
      }),
    );
  });

  test('gives the quantiles of 1 to 1000 as 10, 500, 990, 999 and 1000', () => {
    const distribution = mergeHistograms([encoded(Array.from({ length: 1000 }, (_, i) => i + 1))]);
    expect([0.01, 0.5, 0.99, 0.999, 1].map((share) => quantileOf(distribution, share))).toEqual([
      10, 500, 990, 999, 1000,
    ]);
    expect(quantileOf(distribution, 0)).toBe(1);
  });

  test('takes p99 from all rounds together, not from each', () => {
    const quick = encoded(Array.from({ length: 99 }, () => 10));
    expect(quantileOf(mergeHistograms([quick, quick, encoded([1000])]), 0.99)).toBe(10);
    expect(quantileOf(mergeHistograms([quick, encoded([1000, 1000])]), 0.99)).toBe(1000);
  });

  test.each(['', 'x', 'SGlzdA==', 'HISTFAAAABh42pNpmSzMAAUA'])(
    'refuses %o, which is no histogram, and shows it',
    (text) => {
      expect(() => mergeHistograms([text])).toThrow(AnalysisError);
      expect(() => mergeHistograms([text])).toThrow(`'${text}...'`);
    },
  );

  test('refuses a histogram without an epoch', () => {
    expect(() => mergeHistograms([encoded([])])).toThrow(AnalysisError);
  });
});
