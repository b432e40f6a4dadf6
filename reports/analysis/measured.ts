import { pageBytes } from '../../base/size.js';
import type { Results, Round } from '../../results/schema.js';
import { type ArmingMedians, armingCostOf, armingOf } from './arming.js';
import { bootstrapMedian, durationOf, type Medians } from './bootstrap.js';
import { costOf, type MeasuredCost } from './cost.js';
import { firstWriteOf } from './first-write.js';
import type { AnalysedPoint } from './point.js';
import { precisionOf } from './precision.js';
import { runningOf } from './running.js';
import { schemeOf } from './scheme.js';

/** A point with what its figures were computed from, before the floor under it is known. */
export interface MeasuredPoint {
  readonly facts: Omit<AnalysedPoint, 'floor' | 'withinFloor'>;
  readonly run: Medians;
  readonly collect: MeasuredCost;
  /** Null where turning tracking on and off was not measured. */
  readonly arming: ArmingMedians | null;
}

/** Every point with at least one finished round, in the sweep's order. The twin's rounds are left out. */
export function measuredPoints(results: Results): MeasuredPoint[] {
  const rounds = results.header.points.map((): Round[] => []);
  for (const round of results.rounds) if (!round.twin) rounds[round.point]?.push(round);
  return rounds.flatMap((finished, index) => (finished.length === 0 ? [] : [measured(results, index, finished)]));
}

function measured(results: Results, index: number, rounds: readonly Round[]): MeasuredPoint {
  const point = results.header.points[index];
  if (point === undefined) throw new Error(`no point ${index}`);
  const { rounds: roundsAsked, arming: _asked, collect: _collect, ...asked } = point;
  const seed = seedOf(index);
  const collect = costOf(
    rounds.map((round) => round.collect),
    seed,
  );
  const run = costOf(
    rounds.map((round) => round.run),
    seed,
  );
  const kernel = rounds.flatMap((round) => round.kernel ?? []);
  const total = rounds.map((round) => round.run.medianNs + round.collect.medianNs);
  const dirtyPages = sum(rounds, (round) => round.dirtyPages) / sum(rounds, (round) => round.epochs);
  const unitPages = rounds[0]?.unitPages;
  const arming = armingOf(rounds, seed);
  const facts = {
    ...asked,
    index,
    scheme: schemeOf(point),
    ...ownDuty(results, point.tracker),
    ...(unitPages === undefined ? {} : { unitPages }),
    memoryPages: point.memoryBytes / pageBytes,
    pagesPerEpoch: point.pagesPerEpoch ?? dirtyPages,
    dirtyPages,
    rounds: rounds.length,
    roundsAsked,
    precision: precisionOf(results, point.tracker, rounds),
    forcedExits: sum(rounds, (round) => round.forcedExits),
    run: run.cost,
    collect: collect.cost,
    kernel: kernel.length === 0 ? null : costOf(kernel, seed).cost,
    firstWrite: firstWriteOf(rounds, seed),
    running: runningOf(rounds, seed),
    arming: arming === null ? null : armingCostOf(arming),
    total: durationOf(bootstrapMedian(total, seed)),
  };
  return { facts, run: run.medians, collect, arming };
}

function ownDuty({ header }: Results, tracker: string): Pick<AnalysedPoint, 'duty'> {
  const duty = header.modules?.find(({ axis, path }) => axis === 'tracker' && path === tracker)?.duty;
  return duty === undefined ? {} : { duty };
}

/** Each point's bootstrap has a seed of its own, so that what is computed from several points is not correlated. */
function seedOf(index: number): number {
  return 1 + index;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
