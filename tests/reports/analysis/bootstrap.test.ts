import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bootstrapMedian, durationOf, estimate } from '../../../reports/analysis/bootstrap.js';

const samples = fc.array(fc.double({ min: 1, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 9 });

describe('the bootstrap of a median', () => {
  test('gives the median with an interval around it, inside what was seen', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 0, max: 1000 }), (sample, seed) => {
        const sorted = sample.toSorted((a, b) => a - b);
        const { medianNs, lowNs, highNs } = durationOf(bootstrapMedian(sample, seed));
        const half = sample.length >> 1;
        const median = sample.length % 2 === 1 ? sorted[half] : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2;
        expect(medianNs).toBe(median);
        expect(lowNs).toBeLessThanOrEqual(medianNs);
        expect(highNs).toBeGreaterThanOrEqual(medianNs);
        expect(lowNs).toBeGreaterThanOrEqual(sorted[0] ?? 0);
        expect(highNs).toBeLessThanOrEqual(sorted.at(-1) ?? 0);
      }),
      { numRuns: 30 },
    );
  });

  test('gives a figure of several samples an interval that holds it, of however few rounds', () => {
    fc.assert(
      fc.property(fc.array(samples, { minLength: 1, maxLength: 8 }), (several) => {
        const sum = (medians: readonly number[]) => medians.reduce((total, median) => total + median, 0);
        const { value, low, high } = estimate(
          sum,
          several.map((sample, seed) => bootstrapMedian(sample, seed)),
        );
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
      }),
      { numRuns: 30 },
    );
    // Of ten samples of three with one odd value each, hardly a resample has all medians where the samples have them.
    const odd = Array.from({ length: 10 }, (_, seed) => bootstrapMedian([100, 100, 1000], seed));
    const { value, low } = estimate((medians) => medians.reduce((total, median) => total + median, 0), odd);
    expect(value).toBe(1000);
    expect(low).toBe(1000);
  });

  test('is the same for the same seed, and another for another', () => {
    const sample = [3, 1, 4, 1, 5, 9, 2, 6];
    expect(bootstrapMedian(sample, 7)).toEqual(bootstrapMedian(sample, 7));
    expect(bootstrapMedian(sample, 7).replicates).not.toEqual(bootstrapMedian(sample, 8).replicates);
  });

  test('has a wider interval for rounds that differ more', () => {
    const width = (spread: number) => {
      const { lowNs, highNs } = durationOf(
        bootstrapMedian(
          [-2, -1, 0, 1, 2].map((i) => 100 + i * spread),
          1,
        ),
      );
      return highNs - lowNs;
    };
    expect(width(10)).toBeGreaterThan(width(1));
    expect(width(0)).toBe(0);
  });

  test('covers the true median about as often as it says', () => {
    // Samples of nine from 0..1, whose median is 0.5; a percentile bootstrap of so few is a little too narrow.
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        let state = seed;
        const uniform = () => {
          state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
          return state / 2 ** 32;
        };
        const covered = Array.from({ length: 60 }, (_, i) => {
          const { lowNs, highNs } = durationOf(bootstrapMedian(Array.from({ length: 9 }, uniform), i));
          return Number(lowNs <= 0.5 && 0.5 <= highNs);
        }).reduce((sum, hit) => sum + hit, 0);
        expect(covered / 60).toBeGreaterThan(0.75);
      }),
      { numRuns: 5 },
    );
  });

  test('carries over to what is computed from several medians', () => {
    const [a, b] = [bootstrapMedian([10, 10, 10], 1), bootstrapMedian([20, 20, 20], 2)];
    expect(estimate(([x, y]) => (y ?? 0) / (x ?? 1), [a, b])).toEqual({ value: 2, low: 2, high: 2, coverage: 0.75 });
  });
});
