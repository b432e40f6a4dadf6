import {
  type DowntimePart,
  downtimeNs,
  downtimeParts,
  type MigrationRun,
  type Migrations,
  type MigrationsHeader,
} from '../../results/migrations.js';
import { bootstrapMedian, durationOf, estimate, type Medians } from './bootstrap.js';
import { isFinding } from './coverage.js';
import type { Duration, Estimate } from './estimate.js';
import { factorOf } from './factor.js';
import { type Steadiness, steadinessOf } from './steadiness.js';

/** Guests moved under load from one process to another: how long they stood still, and for what. */
export interface MigrationsAnalysis {
  readonly run: Omit<MigrationsHeader, 'kind' | 'schema' | 'points' | 'twin'>;
  /** One for each mode and memory size that was measured, in the order they were asked for. */
  readonly cells: readonly MigrationCell[];
  /** Each mode's downtime beside that of the queue, at the same memory. */
  readonly contests: readonly DowntimeContest[];
  /** The A/A pair; null where there is none. */
  readonly noise: DowntimeNoise | null;
  /** Rounds that were finished, and that were asked for. */
  readonly runs: number;
  readonly runsAsked: number;
  /** Transactions acknowledged to clients over all rounds: each was found in the guest after it was moved. */
  readonly transactions: number;
  readonly steadiness: Steadiness;
  /** What was wrong with the file. */
  readonly warnings: readonly string[];
}

/** One mode at one memory size, over all its rounds. */
export interface MigrationCell {
  /** How dirty pages are found. */
  readonly mode: string;
  readonly memoryBytes: number;
  readonly rounds: number;
  /** From the guest's stop at the source to its service at the target. */
  readonly downtime: Duration;
  /** The parts of the downtime in the order they come. */
  readonly parts: readonly PartTime[];
  /** Rounds of pre-copy, pages and bytes sent before the guest stopped, and pages sent after: means. */
  readonly precopyRounds: number;
  readonly precopyPages: number;
  readonly precopyBytes: number;
  readonly lastPages: number;
  /** Longest that a client waited for a response: before the guest was moved, and while it was. */
  readonly waitBefore: Duration;
  readonly waitDuring: Duration;
  /** Rounds in which the guest was stopped although what was left did not fit the downtime asked for. */
  readonly notConverged: number;
}

/** What a part takes: median of the rounds. */
interface PartTime extends Duration {
  readonly part: DowntimePart;
}

/** A mode's downtime over that of the queue. */
export interface DowntimeContest {
  readonly mode: string;
  readonly memoryBytes: number;
  /** How many times as long; 1 is the same. */
  readonly factor: Estimate;
  /** Whether the difference is told: by rounds enough, beyond the interval, and beyond the difference of the A/A pair. */
  readonly told: boolean;
}

/** One point measured twice in each round: what differs is noise. */
export interface DowntimeNoise {
  readonly mode: string;
  readonly memoryBytes: number;
  /** How much longer the second came out (0.02 is 2 %). */
  readonly difference: Estimate;
}

/** The mode that the others are held against. */
export const queueMode = 'kvm-ring';

/** A cell with what its figures were computed from. */
interface Measured {
  readonly cell: MigrationCell;
  readonly downtime: Medians;
}

/** Analyses a results file of migrations, finished or not. The same file gives the same analysis, to the bit. */
export function analyseMigrations({ header, runs, warnings }: Migrations): MigrationsAnalysis {
  const { kind: _kind, schema: _schema, twin: _twin, points, ...run } = header;
  const noise = noiseOf(header, runs);
  const measured = points.flatMap((_, index) => cellOf(header, runs, index));
  return {
    run,
    cells: measured.map(({ cell }) => cell),
    contests: contestsOf(measured, factorOf(1 + (noise?.difference.value ?? 0))),
    noise,
    runs: runs.length,
    runsAsked: (points.length + (header.twin === null ? 0 : 1)) * header.rounds,
    transactions: runs.reduce((sum, { transactions }) => sum + transactions, 0),
    steadiness: steadinessOf(runs),
    warnings,
  };
}

function cellOf(header: MigrationsHeader, runs: readonly MigrationRun[], index: number): Measured[] {
  const point = header.points[index];
  const own = runs.filter((run) => run.point === index && !run.twin);
  if (point === undefined || own.length === 0) return [];
  const medians = (ns: (run: MigrationRun) => number) => bootstrapMedian(own.map(ns), 1 + index);
  const duration = (ns: (run: MigrationRun) => number) => durationOf(medians(ns));
  const mean = (value: (run: MigrationRun) => number) => own.reduce((sum, run) => sum + value(run), 0) / own.length;
  const downtime = medians(({ move }) => downtimeNs(move));
  const cell = {
    ...point,
    rounds: own.length,
    downtime: durationOf(downtime),
    parts: downtimeParts.map((part) => ({ part, ...duration(({ move }) => move.downtime[part]) })),
    precopyRounds: mean(({ precopy }) => precopy.length),
    precopyPages: mean(({ precopy }) => precopy.reduce((sum, { pages }) => sum + pages, 0)),
    precopyBytes: mean(({ precopy }) => precopy.reduce((sum, { bytes }) => sum + bytes, 0)),
    lastPages: mean(({ move }) => move.pages),
    waitBefore: duration(({ longestWaitNs }) => longestWaitNs.before),
    waitDuring: duration(({ longestWaitNs }) => longestWaitNs.during),
    notConverged: own.filter(({ move }) => !move.converged).length,
  };
  return [{ cell, downtime }];
}

function noiseOf({ points, twin }: MigrationsHeader, runs: readonly MigrationRun[]): DowntimeNoise | null {
  if (twin === null) return null;
  const downtimes = (isTwin: boolean) =>
    runs.filter((run) => run.point === twin && run.twin === isTwin).map(({ move }) => downtimeNs(move));
  const [one, other, point] = [downtimes(false), downtimes(true), points[twin]];
  if (point === undefined || one.length === 0 || other.length === 0) return null;
  const medians = [bootstrapMedian(other, points.length + 1), bootstrapMedian(one, 1 + twin)];
  const { value, low, high, coverage } = estimate(([a, b]) => (a as number) / (b as number), medians);
  return { ...point, difference: { value: value - 1, low: low - 1, high: high - 1, coverage } };
}

/** `noise`: how many times as long as the other one of the A/A pair took; 1 without such a pair. */
function contestsOf(measured: readonly Measured[], noise: number): DowntimeContest[] {
  return measured.flatMap(({ cell: { mode, memoryBytes }, downtime }) => {
    const queue = measured.find(({ cell }) => cell.mode === queueMode && cell.memoryBytes === memoryBytes);
    if (queue === undefined || mode === queueMode) return [];
    const factor = estimate(([a, b]) => (a as number) / (b as number), [downtime, queue.downtime]);
    const beyond = factor.low > 1 || factor.high < 1;
    const told = isFinding(factor) && beyond && factorOf(factor.value) > noise;
    return [{ mode, memoryBytes, factor, told }];
  });
}
