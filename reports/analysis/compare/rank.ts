import { keepFinite } from './counts.js';

/** How many times as large the values of one sample are as those of another. */
export interface RatioInterval {
  /** The median of all ratios of a value of the second sample to one of the first (Hodges and Lehmann). */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  /** How likely (0 to 1) the interval holds the true ratio, at the least, whatever the values' distribution. */
  readonly coverage: number;
}

/**
 * The ratio of two samples of positive values with the narrowest interval whose coverage is at least `sought`: the one that
 * the exact two-sided rank-sum test (Wilcoxon, Mann and Whitney) does not reject. It assumes that both samples have the same
 * distribution but for a factor, and nothing of its shape; equal values only make it wider. Where the samples are too small
 * for that coverage, it is the range of all ratios, with the coverage that has.
 */
export function ratioInterval(base: readonly number[], other: readonly number[], sought: number): RatioInterval {
  const logs = Float64Array.from(base.flatMap((from) => other.map((to) => Math.log(to / from)))).sort();
  const { rank, coverage } = rankFor(base.length, other.length, sought);
  const at = (position: number) => logs[position] as number;
  const middle = (at((logs.length - 1) >> 1) + at(logs.length >> 1)) / 2;
  const ends = [at(rank - 1), at(logs.length - rank)] as const;
  return { ratio: Math.exp(middle), low: Math.exp(ends[0]), high: Math.exp(ends[1]), coverage };
}

/** The most that an interval over so many rounds per side can cover: that of the range of all ratios. */
export function mostCoverage(base: number, other: number): number {
  return 1 - 2 / samplesOf(base, other);
}

/** The fewest rounds, the same number on either side, from which an interval can have that coverage. */
export function fewestRounds(sought: number): number {
  let rounds = 1;
  while (mostCoverage(rounds, rounds) < sought) rounds++;
  return rounds;
}

/** From which ratio (from 1, in rising order) to the one as far from the end the interval goes. */
function rankFor(base: number, other: number, sought: number): { rank: number; coverage: number } {
  const middle = (base * other + 1) >> 1;
  const { ways: sums, total } = rankSums(base, other, middle);
  let rank = 1;
  let below = sums[0] as number;
  for (const ways of sums.subarray(1)) {
    if (1 - (2 * (below + ways)) / total < sought || rank + 1 > middle) break;
    below += ways;
    rank++;
  }
  return { rank, coverage: 1 - (2 * below) / total };
}

/**
 * In how many ways, of how many in all, the rank-sum statistic of two samples is 0, 1, ... up to `most`: coefficients of the
 * Gaussian binomial, a product of quotients. The small ones are whole numbers that a double holds exactly, and the tail rests on
 * those; where there are too many ways for a double, all are divided by a power of two.
 */
function rankSums(base: number, other: number, most: number): { ways: Float64Array; total: number } {
  const ways = new Float64Array(most + 1);
  ways[0] = 1;
  let total = 1;
  for (let i = 1; i <= base; i++) {
    for (let sum = most; sum >= other + i; sum--) ways[sum] = at(ways, sum) - at(ways, sum - other - i);
    for (let sum = i; sum <= most; sum++) ways[sum] = at(ways, sum) + at(ways, sum - i);
    total = keepFinite(ways, (total * (other + i)) / i);
  }
  return { ways, total };
}

function at(values: Float64Array, index: number): number {
  return values[index] as number;
}

/** In how many ways so many values are two samples of these sizes; infinite where a double cannot hold it. */
function samplesOf(base: number, other: number): number {
  let ways = 1;
  for (let i = 1; i <= base; i++) ways = (ways * (other + i)) / i;
  return ways;
}
