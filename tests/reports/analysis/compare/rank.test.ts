import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fewestRounds, mostCoverage, ratioInterval } from '../../../../reports/analysis/compare/rank.js';

const positive = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
const sample = fc.array(positive, { minLength: 1, maxLength: 9 });
const coverage = fc.double({ min: 0.5, max: 0.9999, noNaN: true });

/** In how many of all ways to deal out the ranks a sample's rank-sum statistic is at most `sum`. */
function waysUpTo(sum: number, base: number, other: number): number {
  if (sum < 0) return 0;
  if (base === 0 || other === 0) return 1;
  return waysUpTo(sum - other, base - 1, other) + waysUpTo(sum, base, other - 1);
}

function choose(of: number, some: number): number {
  return some === 0 ? 1 : (choose(of - 1, some - 1) * of) / some;
}

describe('the interval of a ratio', () => {
  it('holds its ratio', () => {
    fc.assert(
      fc.property(sample, sample, coverage, (base, other, sought) => {
        const { ratio, low, high } = ratioInterval(base, other, sought);
        expect(low).toBeLessThanOrEqual(ratio);
        expect(high).toBeGreaterThanOrEqual(ratio);
      }),
    );
  });

  it('grows and shrinks with what is measured', () => {
    fc.assert(
      fc.property(sample, sample, coverage, positive, (base, other, sought, factor) => {
        const before = ratioInterval(base, other, sought);
        const scaled = ratioInterval(
          base,
          other.map((value) => value * factor),
          sought,
        );
        expect(scaled.ratio / before.ratio / factor).toBeCloseTo(1, 9);
        expect(scaled.high / before.high / factor).toBeCloseTo(1, 9);
      }),
    );
  });

  it('of the other side beside this one is the reciprocal', () => {
    fc.assert(
      fc.property(sample, sample, coverage, (base, other, sought) => {
        const [there, back] = [ratioInterval(base, other, sought), ratioInterval(other, base, sought)];
        expect(there.ratio * back.ratio).toBeCloseTo(1, 9);
        expect(there.low * back.high).toBeCloseTo(1, 9);
        expect(there.coverage).toBe(back.coverage);
      }),
    );
  });

  it('covers what the exact rank-sum test says, and is the narrowest that covers what is sought', () => {
    for (let base = 1; base <= 7; base++) {
      for (let other = 1; other <= 7; other++) {
        const values = { base: rising(base), other: rising(other).map((value) => 1e6 * value ** 1.37) };
        for (const sought of [0.5, 0.9, 0.95, 0.99, 0.9975]) {
          const { low, coverage: covered } = ratioInterval(values.base, values.other, sought);
          const logs = values.base.flatMap((from) => values.other.map((to) => to / from)).sort((a, b) => a - b);
          const rank = logs.findIndex((ratio) => Math.abs(ratio / low - 1) < 1e-9);
          const covers = (leftOut: number) =>
            1 - (2 * waysUpTo(leftOut, base, other)) / choose(base + other, Math.min(base, other));
          expect(covered).toBeCloseTo(covers(rank), 9);
          if (covered > sought && rank + 1 < logs.length / 2) expect(covers(rank + 1)).toBeLessThan(sought);
        }
      }
    }
  });

  it('of more rounds than a double can count the orders of is as the normal distribution has it', () => {
    const rounds = 520;
    const values = rising(rounds);
    const { ratio, low, high, coverage: covered } = ratioInterval(values, values, 0.95);
    expect(ratio).toBeCloseTo(1, 9);
    expect(low * high).toBeCloseTo(1, 9);
    expect(covered).toBeGreaterThanOrEqual(0.95);
    expect(covered).toBeLessThan(0.9502);
    const below = values.flatMap((from) => values.filter((to) => to / from < low)).length;
    const deviation = Math.sqrt((rounds ** 2 * (2 * rounds + 1)) / 12);
    expect((rounds ** 2 / 2 - below) / deviation).toBeCloseTo(1.96, 2);
  });

  it('says with how many rounds how much can be covered', () => {
    expect(mostCoverage(5, 5)).toBeCloseTo(1 - 2 / 252, 12);
    expect(mostCoverage(3, 3)).toBeCloseTo(0.9, 12);
    expect(fewestRounds(0.95)).toBe(4);
    expect(fewestRounds(1 - 0.05 / 20)).toBe(6);
    expect(fewestRounds(1 - 0.05 / 300)).toBe(8);
  });
});

/** Values with ratios that are all different. */
function rising(count: number): number[] {
  return Array.from({ length: count }, (_, index) => 1 + index + index ** 2 / 97);
}
