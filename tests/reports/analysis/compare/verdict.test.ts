import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverageOfEach } from '../../../../reports/analysis/compare/pair.js';
import { judge } from '../../../../reports/analysis/compare/verdict.js';

const values = fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 12 });
const demand = {
  coverage: coverageOfEach(20, false),
  threshold: 0.05,
  byTurns: false,
  noise: 1,
  moved: { others: 9, low: 1, middle: 1, high: 1 },
};
const steady = (value: number) => Array.from({ length: 8 }, (_, index) => value * (1 + index / 1000));

describe('a verdict', () => {
  it('on a sample and itself is never faster or slower', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0.5, max: 0.9999, noNaN: true }), (base, coverage) => {
        const { verdict, ratio } = judge(
          { base, other: base, lessIsBetter: true, withinFloor: false },
          { ...demand, coverage },
        );
        expect(['same', 'undecided']).toContain(verdict);
        expect(ratio?.ratio).toBeCloseTo(1, 9);
      }),
    );
  });

  it('turns round with the sides, and with whether less is better', () => {
    const opposite = { slower: 'faster', faster: 'slower', same: 'same', undecided: 'undecided' } as const;
    fc.assert(
      fc.property(values, values, (base, other) => {
        const judged = (from: number[], to: number[], lessIsBetter: boolean) =>
          judge({ base: from, other: to, lessIsBetter, withinFloor: false }, { ...demand, coverage: 0.95 }).verdict;
        const verdict = judged(base, other, true);
        expect(judged(other, base, true)).toBe(opposite[verdict]);
        expect(judged(base, other, false)).toBe(opposite[verdict]);
      }),
    );
  });

  it.each([
    [
      'too few rounds',
      { base: [1, 1.01, 1.02, 1.03, 1.04], other: [2, 2.01, 2.02, 2.03, 2.04] },
      {},
      { kind: 'few rounds', rounds: 6 },
    ],
    [
      'four rounds of one point alone',
      { base: [1, 1, 1, 1], other: [2, 2, 2, 2] },
      { coverage: 0.95 },
      { kind: 'few rounds', rounds: 5 },
    ],
    [
      'too few pairs of rounds',
      { base: steady(1), other: steady(2) },
      { byTurns: true, coverage: 0.999 },
      { kind: 'few rounds', rounds: 11 },
    ],
    [
      'scatter',
      { base: steady(1), other: [0.9, 0.95, 1, 1.1, 1.15, 1.2, 1.25, 1.3] },
      {},
      { kind: 'scatter', rounds: expect.any(Number) },
    ],
    ['the floor', { base: steady(1), other: steady(2), withinFloor: true }, {}, { kind: 'floor' }],
    ['a round of 0', { base: [...steady(1), 0], other: steady(2) }, {}, { kind: 'floor' }],
    [
      'an A/A pair that differs as much',
      { base: steady(1), other: steady(1.3) },
      { noise: 1.35 },
      { kind: 'A/A pair', ratio: 1.35 },
    ],
    [
      'no other tracker to hold it against',
      { base: steady(1), other: steady(1.9) },
      { moved: { others: 0, low: 0.5, middle: 1, high: 2 } },
      { kind: 'alone', ratio: 2 },
    ],
    [
      'other trackers that moved as much',
      { base: steady(1), other: steady(1.3) },
      { moved: { others: 9, low: 1.28, middle: 1.28, high: 1.28 } },
      { kind: 'all moved', middle: 1.28 },
    ],
  ])('is held back by %s, and says so', (_, evidence, more, doubt) => {
    expect(judge({ lessIsBetter: true, withinFloor: false, ...evidence }, { ...demand, ...more })).toMatchObject({
      verdict: 'undecided',
      doubt,
    });
  });
});
