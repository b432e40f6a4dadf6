import { median, medianAbsoluteDeviation } from 'simple-statistics';
import { factorOf } from '../factor.js';
import { roleOf } from '../role.js';
import type { Match } from './matching.js';
import { ratioInterval } from './rank.js';
import { type Axes, type Measurements, type Metric, metrics, type Series } from './series.js';
import { type Demand, type Judgement, judge, type Moved, type Verdict, verdicts } from './verdict.js';

/**
 * How likely it is that every interval of a comparison holds its true ratio. It is more by turns, where the interval alone decides and a gate
 * may ask every day: of 200 tables in which nothing has changed, one may call a point slower or faster.
 */
export function tableCoverage(byTurns: boolean): number {
  return byTurns ? 0.995 : 0.95;
}

/**
 * The coverage that each interval needs, so that `pairs` of them reach `tableCoverage` together, each looked at up to `looks` times, with more
 * rounds each time. By Bonferroni's inequality: it holds however pairs, and looks at one pair, depend on each other.
 */
export function coverageOfEach(pairs: number, byTurns: boolean, looks = 1): number {
  return 1 - (1 - tableCoverage(byTurns)) / (Math.max(1, pairs) * looks);
}

/** How many of these can get a verdict. A floor's detection never does, and is left out: each pair that counts makes all intervals wider. */
export function countJudged(matched: readonly Match[]): number {
  return matched.filter(({ base }) => base.metric !== 'collect' || roleOf(base.subject) !== 'floor').length;
}

/** One side of a pair. */
export interface Side {
  /** Median of the rounds, in the metric's unit. */
  readonly median: number;
  readonly rounds: number;
}

/** One metric of one point in two files. */
export interface Pair extends Judgement {
  readonly metric: Metric;
  readonly subject: string;
  readonly axes: Axes;
  readonly base: Side;
  readonly new: Side;
}

/** The verdicts on what two files have in common, what matters most first: slower, faster, undecided, same, and of each the largest change. */
export function pairsOf(
  matched: readonly Match[],
  sides: readonly Measurements[],
  demand: Pick<Demand, 'coverage' | 'threshold' | 'byTurns'>,
): Pair[] {
  const size = ({ ratio }: Pair) => (ratio === null ? 1 : factorOf(ratio.ratio));
  const rank = (verdict: Verdict) => verdicts.indexOf(verdict);
  const asideOf = demand.byTurns ? () => still : asides(matched, sides);
  return matched
    .map((match) => pairOf(match, { ...demand, ...asideOf(match) }))
    .sort((a, b) => rank(a.verdict) - rank(b.verdict) || size(b) - size(a));
}

/**
 * By turns, whatever happens meanwhile happens to both sides, and is in how the pairs scatter: nothing else is held against a ratio. With all
 * factors at 1 these never make a point undecided, so that `others` is never shown.
 */
export const still: Pick<Demand, 'noise' | 'moved'> = { noise: 1, moved: { others: 1, low: 1, middle: 1, high: 1 } };

/** What the A/A pairs and the other trackers say of each match. */
function asides(
  matched: readonly Match[],
  sides: readonly Measurements[],
): (match: Match) => Pick<Demand, 'noise' | 'moved'> {
  const moves = matched.flatMap(({ base, other }): Move[] => {
    if (base.withinFloor && other.withinFloor) return [];
    const ratio = middleRatio(base.values, other.values);
    return ratio === null ? [] : [{ metric: base.metric, subject: base.subject, log: Math.log(ratio) }];
  });
  const noises = new Map<Metric, number>();
  return ({ base }) => {
    const noise = noises.get(base.metric) ?? noiseOf(base.metric, sides);
    noises.set(base.metric, noise);
    return { noise, moved: movedBeside(base, moves) };
  };
}

/** By how much, as a logarithm, a point came out larger. A point within the floor says nothing. */
interface Move extends Pick<Series, 'metric' | 'subject'> {
  readonly log: number;
}

function pairOf({ base, other }: Match, demand: Demand): Pair {
  const { metric, subject, axes } = base;
  return {
    metric,
    subject,
    axes,
    base: sideOf(base.values),
    new: sideOf(other.values),
    ...judge(
      {
        base: base.values,
        other: other.values,
        lessIsBetter: metrics[metric].lessIsBetter,
        withinFloor: base.withinFloor && other.withinFloor,
      },
      demand,
    ),
  };
}

function sideOf(values: readonly number[]): Side {
  return { median: median([...values]), rounds: values.length };
}

/** The largest of the factors by which the A/A pairs of the files differ; 1 where there are none. */
function noiseOf(metric: Metric, sides: readonly Measurements[]): number {
  const pairs = sides.flatMap(({ twins }) => twins).filter((twin) => twin.metric === metric);
  return Math.max(1, ...pairs.flatMap(({ first, second }) => middleRatio(first, second) ?? []).map(factorOf));
}

/** From so many other points on, how they scatter says something of how the machine does. */
const fewestForScatter = 6;
/** How many of their standard deviations (by their median absolute one) from their middle a ratio has to be. */
const deviations = 3;
/** By how much a machine may differ from itself at another moment, where nothing else was measured that would say. A busy one took 1.4 times as long. */
const unseen = 2;

/**
 * How the other trackers' points moved: their middle, and the least and the largest ratio that may be the machine's doing. These lie as far
 * to either side of the middle as the middle lies from 1 (what slows one tracker by a tenth slows another by a fifth), or farther where there
 * are enough points and these scatter more.
 */
function movedBeside({ metric, subject }: Series, moves: readonly Move[]): Moved {
  const logs = moves.filter((move) => move.metric === metric && move.subject !== subject).map(({ log }) => log);
  if (logs.length === 0) return { others: 0, low: 1 / unseen, middle: 1, high: unseen };
  const middle = median(logs);
  const scatter = logs.length < fewestForScatter ? 0 : deviations * normal * medianAbsoluteDeviation(logs);
  const away = Math.max(Math.abs(middle), scatter);
  return {
    others: logs.length,
    low: Math.exp(middle - away),
    middle: Math.exp(middle),
    high: Math.exp(middle + away),
  };
}

/** How many median absolute deviations of normal values make their standard deviation. */
const normal = 1.4826;

/** By how many times the second values are larger, in the middle; null where there are none, or one of them is 0. */
function middleRatio(base: readonly number[], other: readonly number[]): number | null {
  if (base.length === 0 || other.length === 0 || base.includes(0) || other.includes(0)) return null;
  return ratioInterval(base, other, 0).ratio;
}
