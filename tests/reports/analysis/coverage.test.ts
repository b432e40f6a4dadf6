import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, test } from 'vitest';
import { bootstrapMedian, durationOf, estimate } from '../../../reports/analysis/bootstrap.js';
import { isFinding, orderInterval } from '../../../reports/analysis/coverage.js';

const generator = xoroshiro128plus(7);

/** Between 0 and 1, the same sequence in each run of the tests. */
function uniform(): number {
  return (uniformInt(generator, 0, 2 ** 30 - 1) + 0.5) / 2 ** 30;
}

/** What rounds may be drawn from, with its median. */
const distributions = {
  // A few rounds take many times as long as the rest.
  skewed: { draw: () => -Math.log(uniform()), median: Math.LN2 },
  // A core that sleeps in some rounds and not in others.
  'two-humped': { draw: () => (uniform() < 0.6 ? 1 : 3) + 0.1 * uniform(), median: 1 + 0.1 * (0.5 / 0.6) },
};

const cases = Object.entries(distributions).flatMap(([name, distribution]) =>
  [2, 3, 5, 9].map((rounds) => ({ name, rounds, ...distribution })),
);

function shareOf(times: number, covers: () => boolean): number {
  return Array.from({ length: times }, covers).filter(Boolean).length / times;
}

describe('an interval over rounds', () => {
  test.each(cases)('of $rounds, $name, covers the median as often as it says', ({ rounds, draw, median }) => {
    const sample = () => Array.from({ length: rounds }, draw);
    const times = 3000;
    const { coverage } = durationOf(bootstrapMedian(sample(), 1));
    const covered = shareOf(times, () => {
      const sorted = sample().sort((a, b) => a - b);
      const { rank } = orderInterval(rounds);
      return (sorted[rank - 1] ?? 0) <= median && median <= (sorted[rounds - rank] ?? 0);
    });
    // Three times the deviation of a share of so many.
    expect(Math.abs(covered - coverage)).toBeLessThan(3 * Math.sqrt((coverage * (1 - coverage)) / times));
  });

  test.each(cases)('of a ratio, each of $rounds, $name, covers it no less often than it says', ({ rounds, draw }) => {
    const medians = (seed: number) => bootstrapMedian(Array.from({ length: rounds }, draw), seed);
    let least = 1;
    const covered = shareOf(150, () => {
      const ratio = estimate(
        ([a, b]) => (a ?? 0) / (b ?? 1),
        [medians(uniformInt(generator, 0, 1e6)), medians(uniformInt(generator, 0, 1e6))],
      );
      least = ratio.coverage;
      return ratio.low <= 1 && 1 <= ratio.high;
    });
    expect(covered).toBeGreaterThan(least - 3 * Math.sqrt((least * (1 - least)) / 150));
  });

  test('has its ends among the values, and says what they cover', () => {
    const durationOfRounds = (rounds: number) =>
      durationOf(
        bootstrapMedian(
          Array.from({ length: rounds }, (_, i) => rounds - i),
          1,
        ),
      );
    expect([1, 2, 3, 5, 9, 15].map(durationOfRounds)).toMatchObject([
      { lowNs: 1, highNs: 1, coverage: 0 },
      { lowNs: 1, highNs: 2, coverage: 0.5 },
      { lowNs: 1, highNs: 3, coverage: 0.75 },
      { lowNs: 1, highNs: 5, coverage: 0.9375 },
      { lowNs: 2, highNs: 8, coverage: 1 - 20 / 2 ** 9 },
      { lowNs: 4, highNs: 12, coverage: 1 - (2 * (1 + 15 + 105 + 455)) / 2 ** 15 },
    ]);
  });

  test.each([1022, 1075, 5000])('of %i values is as the normal distribution has it', (rounds) => {
    const { rank, coverage } = orderInterval(rounds);
    expect(coverage).toBeGreaterThanOrEqual(0.95);
    expect(coverage).toBeLessThan(0.956);
    expect((rounds / 2 - rank) / Math.sqrt(rounds / 4)).toBeCloseTo(1.96, 1);
  });

  test('is no finding of fewer than five rounds, and one of five and of any more', () => {
    const rounds = Array.from({ length: 40 }, (_, i) => i + 1);
    expect(rounds.filter((count) => isFinding(orderInterval(count)))).toEqual(rounds.slice(4));
  });
});
