import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitRelative } from '../../../reports/analysis/regression.js';

describe('a relative fit', () => {
  test('finds the coefficients that made the values, over six decades', () => {
    const positive = fc.double({ min: 0.01, max: 1000, noNaN: true });
    fc.assert(
      fc.property(positive, positive, positive, (a, b, c) => {
        const rows = [1e3, 1e5, 1e7, 1e9].flatMap((pages) => [1, 64, 4096].map((dirty) => [1, pages, dirty]));
        const values = rows.map(([one = 0, pages = 0, dirty = 0]) => 1000 * a * one + b * pages + c * dirty);
        const fit = fitRelative(rows, values, 3);
        expect(fit?.worstResidual).toBeLessThan(1e-6);
        expect((fit?.coefficients[1] ?? 0) / b).toBeCloseTo(1, 6);
        expect(fit?.r2).toBeGreaterThan(0.999);
      }),
      { numRuns: 50 },
    );
  });

  test('lets a small value count as much as a large one', () => {
    // y = x at 1 and 1000 but 10 % off at one of them: the same relative residual, wherever it is.
    const small = fitRelative([[1], [1000]], [1.1, 1000], 1);
    const large = fitRelative([[1], [1000]], [1, 1100], 1);
    expect(small?.coefficients[0]).toBeCloseTo(large?.coefficients[0] ?? 0, 10);
  });

  test('is null where the columns say the same, or values are too few', () => {
    expect(
      fitRelative(
        [
          [1, 2],
          [1, 2],
          [1, 2],
        ],
        [1, 2, 3],
        2,
      ),
    ).toBeNull();
    expect(
      fitRelative(
        [
          [1, 1, 10],
          [1, 2, 20],
          [1, 3, 30],
        ],
        [1, 2, 3],
        3,
      ),
    ).toBeNull();
    expect(fitRelative([[1, 2]], [1], 2)).toBeNull();
  });

  test('has no r2 where nothing varies', () => {
    expect(fitRelative([[1], [1], [1]], [5, 5, 5], 1)?.r2).toBeNull();
  });
});
