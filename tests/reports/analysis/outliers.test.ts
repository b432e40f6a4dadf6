import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeHistograms } from '../../../reports/analysis/distribution.js';
import { outliersAmong, outliersOf } from '../../../reports/analysis/outliers.js';
import { timingOf } from '../fixture.js';

describe('outliers', () => {
  test('are mild beyond 1.5 and severe beyond 3 interquartile ranges', () => {
    // The quartiles of these nine are 3 and 7: fences at -3, 13 (mild) and -9, 19 (severe).
    expect(outliersAmong([1, 2, 3, 4, 5, 6, 7, 13, 13])).toEqual(none(9));
    expect(outliersAmong([1, 2, 3, 4, 5, 6, 7, 13, 13.5])).toEqual({ ...none(9), highMild: 1 });
    expect(outliersAmong([1, 2, 3, 4, 5, 6, 7, 13, 20])).toEqual({ ...none(9), highSevere: 1 });
    expect(outliersAmong([-10, -4, 3, 4, 5, 6, 7, 7, 7])).toEqual({ ...none(9), lowMild: 1, lowSevere: 1 });
  });

  test('among epochs are counted with how often they came', () => {
    const durations = [...Array.from({ length: 96 }, (_, i) => 100 + (i % 5)), 108, 108, 500, 500];
    // The quartiles are 101 and 103: fences at 106 and 109.
    const distribution = mergeHistograms([timingOf(durations, 200).histogram]);
    expect(outliersOf(distribution)).toEqual({ lowSevere: 0, lowMild: 0, highMild: 4, highSevere: 4, of: 200 });
  });

  test('are at most a quarter on either side, whatever the values', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 }), (values) => {
        const { lowSevere, lowMild, highMild, highSevere, of } = outliersAmong(values);
        expect(of).toBe(values.length);
        expect(lowSevere + lowMild).toBeLessThanOrEqual(of / 4);
        expect(highSevere + highMild).toBeLessThanOrEqual(of / 4);
      }),
    );
  });
});

function none(of: number) {
  return { lowSevere: 0, lowMild: 0, highMild: 0, highSevere: 0, of };
}
