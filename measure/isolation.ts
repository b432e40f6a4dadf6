import { median } from 'simple-statistics';
import type { Header, Isolation, IsolationReason, Measured, Point } from '../results/schema.js';
import { knownTracker } from '../trackers/registry.js';
import type { Job } from './plan.js';

/** Rounds of a tracker that are measured alone and again beside others before it is decided how it is measured. */
export const checkRounds = 3;
/** What differs by less between alone and beside is taken for the same. */
const mostDifference = 0.1;
/**
 * What differs by more than this counts as different, even where rounds of one kind lie among those of the other: so few rounds cannot
 * show that it is noise.
 */
const mostNoise = 0.5;
/** Share of a run's rounds that may go to checks. */
const mostCheckShare = 0.1;
/** Epochs of a round that is measured for the check only: a median needs no more. */
const checkEpochs = 300;

/** A tracker whose rounds are held against themselves: one of its points, measured alone and beside others. */
export interface Check {
  readonly tracker: string;
  /**
   * Index of the largest of its points that may be measured beside others: guests that run at once are in each other's way at the memory,
   * which the largest point shows best.
   */
  readonly point: number;
  /** Medians of the rounds' collects, and of what their guests' writes took. */
  readonly aloneNs: number[];
  readonly besideNs: number[];
  readonly aloneRunNs: number[];
  readonly besideRunNs: number[];
}

/** How the trackers of a run begin: what need not be checked is decided, the others are to be. */
export interface Beginning {
  readonly decided: readonly Isolation[];
  readonly checks: readonly Check[];
}

/**
 * Decides what can be told without measuring, and which of the other trackers are worth a check: those with the most
 * rounds first, as long as all checks are no more than a tenth of the run's rounds. A tracker whose points all take several
 * cores is measured alone anyway: nothing is decided of it. `held`: decided before, by a run that this one goes on with, and not
 * decided again: rounds are in the file that were measured so.
 */
export function beginIsolation(
  { points }: Header,
  jobs: readonly Job[],
  workers: number,
  held: readonly Isolation[],
): Beginning {
  const decided: Isolation[] = [];
  const candidates: Check[] = [];
  const left = [...new Set(jobs.map(({ point }) => point))].map((index) => ({ index, point: points[index] as Point }));
  for (const tracker of new Set(left.map(({ point }) => point.tracker))) {
    if (held.some((each) => each.tracker === tracker)) continue;
    const isThreaded = hasThreads(tracker);
    const own = left.filter(({ point }) => point.tracker === tracker && (isThreaded || !takesSeveralCores(point)));
    const [largest] = own.toSorted((a, b) => sizeOf(b.point) - sizeOf(a.point) || a.index - b.index);
    if (largest === undefined) continue;
    const check = { tracker, point: largest.index, aloneNs: [], besideNs: [], aloneRunNs: [], besideRunNs: [] };
    if (isThreaded) decided.push(decision(check, workers, 'own threads'));
    else candidates.push(check);
  }
  const roundsOf = (tracker: string) => jobs.filter(({ point }) => points[point]?.tracker === tracker).length;
  let room = jobs.length * mostCheckShare;
  const checks: Check[] = [];
  for (const check of candidates.toSorted((a, b) => roundsOf(b.tracker) - roundsOf(a.tracker))) {
    const { epochs } = points[check.point] as Point;
    // In rounds of the point, by their epochs. Only those beside others are counted: what is measured alone goes into the results, but
    // for rounds that are in them already.
    const cost = (checkRounds * Math.min(epochs, checkEpochs)) / epochs;
    if (cost > room) {
      decided.push(leaveUnchecked(check, workers));
      continue;
    }
    checks.push(check);
    room -= cost;
  }
  return { decided, checks };
}

/** Takes the medians of a round into a check. */
export function takeSample(check: Check, beside: boolean, { collect, run }: Pick<Measured, 'collect' | 'run'>): void {
  (beside ? check.besideNs : check.aloneNs).push(collect.medianNs);
  (beside ? check.besideRunNs : check.aloneRunNs).push(run.medianNs);
}

/** What a check has found once it has its rounds. */
export function concludeCheck(check: Check, workers: number): Isolation {
  return decision(check, workers, differenceIn(check) ?? 'same');
}

/** What holds of a tracker whose check would take too long, or whose point was given up before its end: it is measured alone. */
export function leaveUnchecked(check: Check, workers: number): Isolation {
  return decision(check, workers, 'not checked');
}

/** Whether a point's collects or its guest take another time beside others than alone; null: neither does. */
export function differenceIn({ aloneNs, besideNs, aloneRunNs, besideRunNs }: Check): 'differs' | 'run differs' | null {
  if (isDifferent(aloneNs, besideNs)) return 'differs';
  return isDifferent(aloneRunNs, besideRunNs) ? 'run differs' : null;
}

/**
 * Whether rounds take another time beside others than alone: by more than a tenth, and by so much that no round of one
 * kind lies among those of the other (with three of each, that happens by chance to one tracker in ten, which is then
 * measured alone without need), or by more than half.
 */
export function isDifferent(aloneNs: number[], besideNs: number[]): boolean {
  if (aloneNs.length === 0 || besideNs.length === 0) return false;
  const change = Math.abs(median(besideNs) / median(aloneNs) - 1);
  const disjoint = Math.max(...aloneNs) < Math.min(...besideNs) || Math.max(...besideNs) < Math.min(...aloneNs);
  return change > (disjoint ? mostDifference : mostNoise);
}

/** Whether a round of this point needs the whole machine, whatever a check of its tracker says. */
export function takesSeveralCores({ tracker, vcpus, guests }: Point): boolean {
  return vcpus > 1 || guests !== undefined || hasThreads(tracker);
}

/** The point as it is measured for the check only. */
export function shortened(point: Point): Point {
  return { ...point, epochs: Math.min(point.epochs, checkEpochs) };
}

function hasThreads(tracker: string): boolean {
  return knownTracker(tracker)?.exclusive === true;
}

function decision({ tracker, point, ...samples }: Check, workers: number, why: IsolationReason): Isolation {
  const measured = why === 'same' ? 'beside' : 'alone';
  return { kind: 'isolation', tracker, point, workers, measured, why, ...samples };
}

/** By how much memory a point has, and of the same memory by how many pages it writes. */
function sizeOf({ memoryBytes, pagesPerEpoch }: Point): number {
  return memoryBytes + (pagesPerEpoch ?? 0);
}
