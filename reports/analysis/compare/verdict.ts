import { factorOf } from '../factor.js';
import { type RatioInterval, ratioInterval } from './rank.js';
import { leastRounds, roundsToDecide } from './rounds.js';
import { pairedInterval } from './signed-rank.js';

/** What can be said of one point in two files. */
export const verdicts = ['slower', 'faster', 'undecided', 'same'] as const;

/** One of them. */
export type Verdict = (typeof verdicts)[number];

/** Why a point is undecided. */
export type Doubt =
  /** Both cannot be told from what measuring costs, or one of them has a round of 0. */
  | { readonly kind: 'floor' }
  /** There are too few rounds for any verdict on so many pairs. About how many a side it takes; null: no number of use. */
  | { readonly kind: 'few rounds'; readonly rounds: number | null }
  /** The rounds scatter too widely. About how many a side it takes; null: no number of use. */
  | { readonly kind: 'scatter'; readonly rounds: number | null }
  /** The A/A pair of one of the files, one point measured twice, differs as much. By how many times. */
  | { readonly kind: 'A/A pair'; readonly ratio: number }
  /** No other tracker says how the machine moved between the files, which may be by so many times. */
  | { readonly kind: 'alone'; readonly ratio: number }
  /** The other trackers of the file moved so that it may be the machine. */
  | ({ readonly kind: 'all moved' } & Moved);

/** How the other trackers' points moved, as ratios: the middle one, and the least and the largest that may be the machine for that. */
export interface Moved {
  /** How many points they are; with none, the ratios are what a machine may move by. */
  readonly others: number;
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

/** A point's two samples, and what to hold against them. */
export interface Evidence {
  readonly base: readonly number[];
  readonly other: readonly number[];
  readonly lessIsBetter: boolean;
  /** Both sides are within the floor. */
  readonly withinFloor: boolean;
}

/** What all pairs of a table have in common. */
export interface Demand {
  /** What the interval of one pair must cover, so that those of the whole table do together. */
  readonly coverage: number;
  /** What differs by no more than this share is the same. */
  readonly threshold: number;
  /** The two samples are pairs, measured one directly after the other. */
  readonly byTurns: boolean;
  /** How many times as large as each other the values of an A/A pair came out, at most: from 1 up. */
  readonly noise: number;
  /** What the other trackers did meanwhile. */
  readonly moved: Moved;
}

/** A verdict with what it rests on. */
export interface Judgement {
  readonly verdict: Verdict;
  /** How many times as large the new values are; null where one of them is 0. */
  readonly ratio: RatioInterval | null;
  /** Why it is undecided; null where it is not. */
  readonly doubt: Doubt | null;
}

/**
 * The verdict on one pair. *Slower* and *faster* (than before) take an interval that lies wholly to one side of 1, and a ratio
 * beyond the threshold, beyond what an A/A pair differs by, and beyond what the other trackers moved by; *same* takes an
 * interval within the threshold.
 */
export function judge({ base, other, lessIsBetter, withinFloor }: Evidence, demand: Demand): Judgement {
  if (base.includes(0) || other.includes(0)) return { verdict: 'undecided', ratio: null, doubt: { kind: 'floor' } };
  const ratio = (demand.byTurns ? pairedInterval : ratioInterval)(base, other, demand.coverage);
  const undecided = (doubt: Doubt): Judgement => ({ verdict: 'undecided', ratio, doubt });
  const sameUpTo = 1 + demand.threshold;
  const { coverage, byTurns } = demand;
  const rounds = () => roundsToDecide({ base, other, ratio: ratio.ratio, sameUpTo, coverage, byTurns });
  if (withinFloor) return undecided({ kind: 'floor' });
  if (ratio.coverage < coverage || base.length < leastRounds || other.length < leastRounds)
    return undecided({ kind: 'few rounds', rounds: rounds() });
  if (ratio.low >= 1 / sameUpTo && ratio.high <= sameUpTo) return { verdict: 'same', ratio, doubt: null };
  const isApart = ratio.low > 1 || ratio.high < 1;
  if (!isApart || factorOf(ratio.ratio) <= sameUpTo) return undecided({ kind: 'scatter', rounds: rounds() });
  if (factorOf(ratio.ratio) <= demand.noise) return undecided({ kind: 'A/A pair', ratio: demand.noise });
  if (!isBeyond(ratio, demand.moved, sameUpTo)) return undecided(doubtOf(demand.moved));
  return { verdict: ratio.ratio > 1 === lessIsBetter ? 'slower' : 'faster', ratio, doubt: null };
}

function doubtOf(moved: Moved): Doubt {
  return moved.others === 0 ? { kind: 'alone', ratio: moved.high } : { kind: 'all moved', ...moved };
}

/**
 * Whether it is still a change in the same direction once the middle of what all else moved by is taken off, and one beyond how far
 * any of that moved.
 */
function isBeyond({ ratio, low, high }: RatioInterval, moved: Moved, sameUpTo: number): boolean {
  const { middle } = moved;
  return ratio > 1
    ? low > middle && ratio > Math.max(middle * sameUpTo, moved.high)
    : high < middle && ratio < Math.min(middle / sameUpTo, moved.low);
}
