import { median, medianAbsoluteDeviation } from 'simple-statistics';
import type { Match } from './matching.js';
import { ratioInterval } from './rank.js';
import { type Axes, type Measurements, type Metric, metrics } from './series.js';
import { type Demand, factorOf, type Judgement, judge, type Moved, type Verdict, verdicts } from './verdict.js';

/** How likely all intervals of a comparison hold the true ratios together. */
export const tableCoverage = 0.95;

/** What each of so many intervals must cover for that. Bonferroni's: it holds whatever the pairs have to do with each other. */
export function coverageOfEach(pairs: number): number {
  return 1 - (1 - tableCoverage) / Math.max(1, pairs);
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
  demand: Pick<Demand, 'coverage' | 'threshold'>,
): Pair[] {
  const size = ({ ratio }: Pair) => (ratio === null ? 1 : factorOf(ratio.ratio));
  const rank = (verdict: Verdict) => verdicts.indexOf(verdict);
  return matched
    .map((match) =>
      pairOf(match, { ...demand, noise: noiseOf(match.base.metric, sides), moved: movedBeside(match, matched) }),
    )
    .sort((a, b) => rank(a.verdict) - rank(b.verdict) || size(b) - size(a));
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

/** The larger of the factors by which the A/A pairs of the files differ; 1 where there are none. */
function noiseOf(metric: Metric, sides: readonly Measurements[]): number {
  const pairs = sides.flatMap(({ twins }) => twins).filter((twin) => twin.metric === metric);
  return Math.max(1, ...pairs.flatMap(({ first, second }) => middleRatio(first, second) ?? []).map(factorOf));
}

/** From so many other points on, how they scatter says something of how the machine does. */
const fewestForScatter = 6;
/** How many of their standard deviations (by their median absolute one) from their middle a ratio has to be. */
const deviations = 3;

/**
 * Between which ratios the other trackers' points moved: their middle, and where there are enough of them what they scatter around it. A
 * point within the floor says nothing. From 1 to 1 where there are none.
 */
function movedBeside({ base: { metric, subject } }: Match, all: readonly Match[]): Moved {
  const logs = all
    .filter(({ base }) => base.metric === metric && base.subject !== subject)
    .filter(({ base, other }) => !(base.withinFloor && other.withinFloor))
    .flatMap(({ base, other }) => middleRatio(base.values, other.values) ?? [])
    .map(Math.log);
  if (logs.length === 0) return { low: 1, middle: 1, high: 1 };
  const middle = median(logs);
  const away = logs.length < fewestForScatter ? 0 : deviations * normal * medianAbsoluteDeviation(logs);
  return { low: Math.exp(middle - away), middle: Math.exp(middle), high: Math.exp(middle + away) };
}

/** A standard deviation of normal values in median absolute ones. */
const normal = 1.4826;

/** By how many times the second values are larger, in the middle; null where there are none, or one of them is 0. */
function middleRatio(base: readonly number[], other: readonly number[]): number | null {
  if (base.length === 0 || other.length === 0 || base.includes(0) || other.includes(0)) return null;
  return ratioInterval(base, other, 0).ratio;
}
