import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Measurement } from '../../measure/round.js';
import { summarise } from '../../measure/timing.js';
import { decodeHistogram } from '../../results/histogram.js';

function measurementOf(collectNs: number[]): Measurement {
  return {
    startedAt: '2026-01-01T00:00:01.000Z',
    seconds: 0.1,
    epochs: collectNs.length,
    writes: 64,
    dirtyPages: 64,
    forcedExits: 0,
    writesHash: '00000000',
    runNs: Float64Array.of(500),
    collectNs: Float64Array.from(collectNs),
    kernelNs: null,
  };
}

describe('the summary of a round', () => {
  it('has the median and the extremes of its epochs', () => {
    const { collect, run, kernel } = summarise(measurementOf([30, 10, 20, 50, 40]));
    expect(collect).toMatchObject({ minNs: 10, medianNs: 30, meanNs: 30, maxNs: 50 });
    expect(run.medianNs).toBe(500);
    expect(kernel).toBeNull();
  });

  it('keeps every epoch in its histogram, to three digits', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1e9 }), { minLength: 1, maxLength: 200 }), (epochs) => {
        const { collect } = summarise(measurementOf(epochs));
        const histogram = decodeHistogram(collect.histogram);
        expect(histogram.totalCount).toBe(epochs.length);
        expect(histogram.maxValue / Math.max(...epochs)).toBeCloseTo(1, 2);
        const { minNs, medianNs, p99Ns, p999Ns, maxNs } = collect;
        const figures = [minNs, medianNs, p99Ns, p999Ns, maxNs];
        expect(figures).toEqual(figures.toSorted((a, b) => a - b));
      }),
      { numRuns: 50 },
    );
  });
});
