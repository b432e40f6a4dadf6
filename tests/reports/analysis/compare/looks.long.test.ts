import { describe, expect, it } from 'vitest';
import { Random } from '../../../../base/random.js';
import { goesOn, looks } from '../../../../reports/analysis/compare/looks.js';
import { coverageOfEach, still } from '../../../../reports/analysis/compare/pair.js';
import { roundsForVerdict } from '../../../../reports/analysis/compare/rounds.js';
import { judge, type Verdict } from '../../../../reports/analysis/compare/verdict.js';

const random = new Random(1);

function normal(): number {
  return Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());
}

/** How a process's collects come out around 1. */
const scatters: Readonly<Record<string, () => number>> = {
  'normal, 15 %': () => Math.exp(0.15 * normal()),
  // What one and the same scan took here, from process to process.
  'four humps, up to 1.95 apart': () => {
    const hump = random.fraction();
    return (hump < 0.4 ? 1 : hump < 0.7 ? 1.31 : hump < 0.9 ? 1.45 : 1.95) * Math.exp(0.02 * normal());
  },
  'normal, 8 %, every tenth caught by something else': () =>
    Math.exp(0.08 * normal()) * (random.fraction() < 0.1 ? 5 : 1),
};

const pairs = 6;
const coverage = coverageOfEach(pairs, true, looks);
const first = roundsForVerdict(coverage, true);
const mostRounds = first * 2 ** (looks - 1);

/** The verdict on a point that is measured look by look, and its rounds. */
function judged(scatter: () => number, factor: number): { verdict: Verdict; rounds: number } {
  const [base, other]: [number[], number[]] = [[], []];
  const measure = (rounds: number) => {
    while (base.length < rounds) {
      base.push(scatter());
      other.push(factor * scatter());
    }
  };
  measure(first);
  while (base.length < mostRounds && goesOn(base, other, { coverage, threshold: 0.05, mostRounds }))
    measure(2 * base.length);
  const demand = { coverage, threshold: 0.05, byTurns: true, ...still };
  const { verdict } = judge({ base, other, lessIsBetter: true, withinFloor: false }, demand);
  return { verdict, rounds: base.length };
}

describe('points that are measured until they are decided, or will not be', () => {
  it.each(Object.entries(scatters))(
    'are called different where they are the same in at most 1 % of tables: %s',
    (_, scatter) => {
      const tables = Array.from({ length: 1000 }, () =>
        Array.from({ length: pairs }, () => judged(scatter, 1).verdict),
      );
      const wrong = tables.filter((table) => table.some((verdict) => verdict === 'slower' || verdict === 'faster'));
      expect(wrong.length).toBeLessThanOrEqual(0.01 * tables.length);
    },
  );

  it.each(Object.entries(scatters))('are found slower by 1.3 in 99 of 100 cases: %s', (_, scatter) => {
    const points = Array.from({ length: 1000 }, () => judged(scatter, 1.3));
    expect(points.filter(({ verdict }) => verdict === 'slower').length).toBeGreaterThanOrEqual(0.99 * points.length);
    // With as many rounds for all it would take those of the last look.
    const mean = points.reduce((sum, { rounds }) => sum + rounds, 0) / points.length;
    expect(mean).toBeLessThan(mostRounds / 2);
  });
});
