import { cumulativeStdNormalProbability, probit } from 'simple-statistics';
import type { Results, Round } from '../../../results/schema.js';
import { floorsOf, onFloor } from '../floor.js';
import { measuredPoints } from '../measured.js';
import { roleOf } from '../role.js';
import { type Builds, buildsOf } from './builds.js';
import { coverageOfEach, still } from './pair.js';
import type { RatioInterval } from './rank.js';
import { type Judgement, judge } from './verdict.js';

/** How often `measure --against` looks at a point: at last it has eight times the rounds of the first look. */
export const looks = 4;

/** A point goes on only where what is known of it makes a verdict at the last look at least so likely. */
const leastPower = 1 / 10;

/** What a look at a point goes by. */
export interface Look {
  /** What the interval of one pair must cover. */
  readonly coverage: number;
  /** What differs by no more than this share is the same. */
  readonly threshold: number;
  /** Rounds that the point has at the last look. */
  readonly mostRounds: number;
}

/**
 * How many rounds each point of a run by turns is to have by now: those of the first look, and where a look leaves it undecided, and more
 * rounds may decide it, those of the next. Stopping early where that is unlikely calls nothing different that has not changed; that
 * each look may be wrong is in what the intervals cover. A floor, which gets no verdict, has the rounds that the header says.
 */
export function roundsWanted(results: Results, threshold: number): number[] {
  const { points, against } = results.header;
  const total = against?.looks ?? 1;
  const coverage = coverageOfEach(points.filter(({ tracker }) => roleOf(tracker) !== 'floor').length, true, total);
  const builds = buildsOf(results);
  const onFloors = builds === null ? new Set<number>() : withinFloors(builds);
  return points.map(({ tracker, rounds: first }, index) => {
    if (builds === null || roleOf(tracker) === 'floor' || onFloors.has(index)) return first;
    const [base, other] = [builds.base, builds.own].map((build) => collectsOf(build.rounds, index));
    const have = base?.length ?? 0;
    const next = Array.from({ length: total }, (_, look) => first * 2 ** look).find((rounds) => rounds > have);
    const last = first * 2 ** (total - 1);
    if (next === undefined) return last;
    // What was begun was decided to be: the look is not taken again with other rounds.
    if (next === first || next / 2 !== have) return next;
    const look = { coverage, threshold, mostRounds: last };
    return goesOn(base ?? [], other ?? [], look) ? next : have;
  });
}

/** Whether a point that has these rounds is to have more: it is undecided, and that may change by the last look. */
export function goesOn(base: readonly number[], other: readonly number[], look: Look): boolean {
  const evidence = { base, other, lessIsBetter: true, withinFloor: false };
  const judgement = judge(evidence, { ...look, byTurns: true, ...still });
  return isOpen(judgement) && powerAtEnd(judgement.ratio, base.length, look) >= leastPower;
}

function isOpen(judgement: Judgement): judgement is Judgement & { readonly ratio: RatioInterval } {
  return judgement.verdict === 'undecided' && judgement.ratio !== null;
}

/**
 * How likely there is a verdict at the last look, if the true ratio is what it looks like: the conditional power of sequential trials
 * (Lan, Simon and Halperin, 1982). The interval's half width shrinks with the root of the rounds; the middle moves as a normal value does.
 */
function powerAtEnd({ ratio, low, high }: RatioInterval, rounds: number, look: Look): number {
  const share = rounds / look.mostRounds;
  const halfWidth = Math.log(high / low) / 2;
  const halfAtEnd = halfWidth * Math.sqrt(share);
  const move = (halfWidth / probit((1 + look.coverage) / 2)) * Math.sqrt(1 - share);
  const bound = Math.max(halfAtEnd, Math.log(1 + look.threshold));
  const below = (end: number) => cumulativeStdNormalProbability((end - Math.log(ratio)) / move);
  return 1 - below(bound) + below(-bound);
}

function collectsOf(rounds: readonly Round[], point: number): number[] {
  return rounds.filter((round) => round.point === point && !round.twin).map(({ collect }) => collect.medianNs);
}

/** The points that neither build can tell from what measuring costs. */
function withinFloors({ base, own }: Builds): ReadonlySet<number> {
  const [ofBase, ofOwn] = [base, own].map((build) => {
    const measured = measuredPoints(build);
    const floors = floorsOf(measured);
    return new Set(measured.flatMap(({ facts }) => (onFloor(facts, floors).withinFloor ? [facts.index] : [])));
  });
  return new Set([...(ofBase ?? [])].filter((index) => ofOwn?.has(index)));
}
