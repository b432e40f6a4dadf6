import { probit } from 'simple-statistics';
import { fewestRounds } from './rank.js';
import { fewestPairs } from './signed-rank.js';

/** Above so many rounds per side it is no use to count on them. */
export const mostRounds = 1000;

/** No verdict rests on fewer rounds per side, whatever an interval over them covers. */
export const leastRounds = 5;

/** The fewest rounds per side from which there can be a verdict at that coverage, by turns or not. */
export function roundsForVerdict(coverage: number, byTurns: boolean): number {
  return Math.max(leastRounds, (byTurns ? fewestPairs : fewestRounds)(coverage));
}

/** What is known of two samples that could not be told apart, nor be called the same. */
interface Undecided {
  readonly base: readonly number[];
  readonly other: readonly number[];
  /** How many times as large the second came out. */
  readonly ratio: number;
  /** Up to which ratio, to either side of 1, they are called the same. */
  readonly sameUpTo: number;
  /** What the interval must cover. */
  readonly coverage: number;
  /** The rounds are pairs. */
  readonly byTurns: boolean;
}

/**
 * About how many rounds per side it takes for a verdict, if these were as they scatter and differ now; null where that is more
 * than `mostRounds`, as where the ratio lies on the threshold.
 */
export function roundsToDecide({ base, other, ratio, sameUpTo, coverage, byTurns }: Undecided): number | null {
  const away = Math.abs(Math.log(ratio));
  const room = away > Math.log(sameUpTo) ? away : Math.log(sameUpTo) - away;
  if (room === 0) return null;
  // The interval's half width shrinks with the root of the rounds; ranks need pi/3 as many as means would of normal values.
  const variance = byTurns
    ? spreadOf([base.map((from, index) => (other[index] ?? from) / from)])
    : 2 * spreadOf([base, other]);
  const rounds = (Math.PI / 3) * variance * (probit((1 + coverage) / 2) / room) ** 2;
  // So many as there are have not decided it.
  const more = Math.min(base.length, other.length) + 1;
  return rounds > mostRounds ? null : Math.max(roundsForVerdict(coverage, byTurns), more, Math.ceil(rounds));
}

/** Variance of the logarithms within each sample, all together. */
function spreadOf(samples: readonly (readonly number[])[]): number {
  const squares = samples.map((values) => {
    const logs = values.map(Math.log);
    const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
    return logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
  });
  const freedom = samples.reduce((sum, values) => sum + values.length - 1, 0);
  return squares.reduce((sum, square) => sum + square, 0) / Math.max(1, freedom);
}
