import { keepFinite } from './counts.js';
import type { RatioInterval } from './rank.js';

/**
 * Between a sign test, where every rank counts 1, and Wilcoxon's, where ranks count in full: ranks above a third of the number of pairs count
 * as that third. With whole ranks one disturbed pair among 21 could hide any change; capped, it weighs a third of that. Where none is
 * disturbed, next to nothing is lost.
 */
const countedRanks = 1 / 3;

/**
 * The ratio of the second of each pair of positive values to the first, with the narrowest interval whose coverage is at least
 * `sought`: the one that the exact two-sided signed-rank test does not reject, with ranks that count no further than a third. It assumes
 * that a pair's ratio is as likely to lie above the true one as below it, by as much; where a coin says which of the two is
 * measured first, that holds for two that are the same, whatever their distribution, and however it changes from pair to pair.
 * Where the pairs are too few for that coverage, it is the range of all ratios, with the coverage that has.
 */
export function pairedInterval(base: readonly number[], other: readonly number[], sought: number): RatioInterval {
  const logs = Float64Array.from(base, (from, index) => Math.log((other[index] ?? Number.NaN) / from)).sort();
  const reach = reachOf(logs.length);
  // The statistic at theta is the number of averages (x_i + x_j) / 2 > theta with i <= j < i + reach: for each positive difference
  // x_j - theta that is its rank, at most `reach`.
  const averages = Float64Array.from(
    [...logs].flatMap((a, i) => [...logs.subarray(i, i + reach)].map((b) => (a + b) / 2)),
  ).sort();
  const { rank, coverage } = rankFor(logs.length, reach, sought);
  const at = (position: number) => averages[position] as number;
  const middle = (at((averages.length - 1) >> 1) + at(averages.length >> 1)) / 2;
  const ends = [at(rank - 1), at(averages.length - rank)] as const;
  return { ratio: Math.exp(middle), low: Math.exp(ends[0]), high: Math.exp(ends[1]), coverage };
}

/** The largest rank that counts as itself; all above count as much as this. */
function reachOf(pairs: number): number {
  return Math.max(1, Math.ceil(pairs * countedRanks));
}

/** The fewest pairs from which an interval can have that coverage. */
export function fewestPairs(sought: number): number {
  let pairs = 1;
  while (1 - 2 ** (1 - pairs) < sought) pairs++;
  return pairs;
}

/** From which average (from 1, in rising order) to the one as far from the end the interval goes. */
function rankFor(pairs: number, reach: number, sought: number): { rank: number; coverage: number } {
  const averages = pairs * reach - (reach * (reach - 1)) / 2;
  const middle = (averages + 1) >> 1;
  const { ways: sums, total } = signedRankSums(pairs, reach, middle);
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
 * In how many ways, of how many in all, the sum of the ranks of what is positive, none more than `reach`, is 0, 1, ... up to `most`;
 * where there are too many for a double, all are divided by a power of two.
 */
function signedRankSums(pairs: number, reach: number, most: number): { ways: Float64Array; total: number } {
  const ways = new Float64Array(most + 1);
  ways[0] = 1;
  let total = 1;
  for (let each = 1; each <= pairs; each++) {
    const rank = Math.min(each, reach);
    for (let sum = most; sum >= rank; sum--) ways[sum] = (ways[sum] as number) + (ways[sum - rank] as number);
    total = keepFinite(ways, 2 * total);
  }
  return { ways, total };
}
