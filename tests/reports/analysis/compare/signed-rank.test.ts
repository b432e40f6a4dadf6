import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../base/random.js';
import { fewestPairs, pairedInterval } from '../../../../reports/analysis/compare/signed-rank.js';

/** The two-sided p value of "no pair is larger than its partner", by trying every choice of signs; ranks count up to a third. */
function pByTrying(logs: readonly number[]): number {
  const order = [...logs].sort((a, b) => Math.abs(a) - Math.abs(b));
  const ranks = logs.map((log) => Math.min(order.indexOf(log) + 1, Math.ceil(logs.length / 3)));
  const sumOf = (isPositive: (index: number) => boolean) =>
    ranks.reduce((sum, rank, index) => sum + (isPositive(index) ? rank : 0), 0);
  const seen = sumOf((index) => (logs[index] ?? 0) > 0);
  const least = Math.min(
    seen,
    sumOf((index) => (logs[index] ?? 0) <= 0),
  );
  let asFar = 0;
  for (let signs = 0; signs < 2 ** logs.length; signs++)
    if (sumOf((index) => ((signs >> index) & 1) === 1) <= least) asFar++;
  return Math.min(1, (2 * asFar) / 2 ** logs.length);
}

describe('the interval of a ratio of pairs', () => {
  it('leaves 1 out where the signed-rank test, by trying all signs, refuses it, and nowhere else', () => {
    const logs = fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 5, maxLength: 9 });
    fc.assert(
      fc.property(logs, fc.nat(511), fc.constantFrom(0.8, 0.9, 0.95), (sizes, signs, sought) => {
        const signed = sizes.map((size, index) => ((signs >> index) & 1 ? size : -size) / 1000);
        const { low, high, coverage } = pairedInterval(
          sizes.map(() => 1),
          signed.map(Math.exp),
          sought,
        );
        fc.pre(coverage >= sought);
        expect(low > 1 || high < 1).toBe(pByTrying(signed) <= 1 - sought + 1e-12);
      }),
    );
  });

  it('turns round with the sides, and is not moved by what a pair has in common', () => {
    const values = fc.array(
      fc.tuple(fc.double({ min: 1, max: 9, noNaN: true }), fc.double({ min: 1, max: 9, noNaN: true })),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(values, fc.double({ min: 0.5, max: 0.99, noNaN: true }), (pairs, sought) => {
        const [base, other] = [pairs.map(([one]) => one), pairs.map(([, two]) => two)];
        const there = pairedInterval(base, other, sought);
        const back = pairedInterval(other, base, sought);
        expect(1 / back.ratio).toBeCloseTo(there.ratio, 9);
        expect(1 / back.low).toBeCloseTo(there.high, 9);
        const drift = (side: number[]) => side.map((value, index) => value * (1 + index));
        expect(pairedInterval(drift(base), drift(other), sought).ratio).toBeCloseTo(there.ratio, 9);
      }),
    );
  });

  it('is the range of all ratios, with what that covers, where the pairs are too few', () => {
    const { low, high, coverage } = pairedInterval([1, 1, 1], [1.1, 1.2, 1.3], 0.95);
    expect([low, high, coverage]).toEqual([expect.closeTo(1.1), expect.closeTo(1.3), 0.75]);
  });

  it.each([0.9, 0.95, 0.999])('can cover %f from so many pairs on', (sought) => {
    const pairs = fewestPairs(sought);
    const of = (length: number) => Array.from({ length }, (_, index) => 1 + index);
    expect(pairedInterval(of(pairs), of(pairs), sought).coverage).toBeGreaterThanOrEqual(sought);
    expect(pairedInterval(of(pairs - 1), of(pairs - 1), sought).coverage).toBeLessThan(sought);
  });

  it('of more pairs than a double can count the signs of covers no more than is sought', () => {
    const pairs = 1030;
    const ratios = Array.from({ length: pairs }, (_, index) => Math.exp((index - (pairs - 1) / 2) / pairs));
    const interval = pairedInterval(
      ratios.map(() => 1),
      ratios,
      0.95,
    );
    expect(interval.low).toBeLessThan(0.99);
    expect(interval.low * interval.high).toBeCloseTo(1, 9);
    expect(interval.coverage).toBeGreaterThanOrEqual(0.95);
    expect(interval.coverage).toBeLessThan(0.9502);
  });

  it('holds the true ratio as often as it says where every pair scatters otherwise', () => {
    const random = new Random(1);
    const tries = 2000;
    let held = 0;
    for (let i = 0; i < tries; i++) {
      const ratios = Array.from({ length: 10 }, (_, pair) => Math.exp((random.fraction() - 0.5) * (1 + pair)));
      const { low, high } = pairedInterval(
        ratios.map(() => 1),
        ratios,
        0.9,
      );
      if (low <= 1 && high >= 1) held++;
    }
    expect(held / tries).toBeGreaterThan(0.9 - 0.02);
    expect(held / tries).toBeLessThan(0.95);
  });
});
