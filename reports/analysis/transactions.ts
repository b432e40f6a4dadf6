import {
  type Stage,
  stages,
  type TransactionRun,
  type Transactions,
  type TransactionsHeader,
} from '../../results/transactions.js';
import { bootstrapMedian, durationOf, estimate, type Medians } from './bootstrap.js';
import { mergeHistograms, quantileOf } from './distribution.js';
import type { Absent, Duration, Estimate } from './estimate.js';
import { groupBy } from './group.js';

/** The paper's Table 1 measured end to end: what a client sees of a guest that is kept in step with a standby. */
export interface TransactionsAnalysis {
  readonly run: Omit<TransactionsHeader, 'kind' | 'schema' | 'points' | 'twin'>;
  /** One for each mode and memory size that was measured, in the order they were asked for. */
  readonly cells: readonly TransactionCell[];
  /** How each mode fares from the least memory to the most; empty where it was measured at one size alone. */
  readonly growth: readonly Growth[];
  readonly noise: TransactionsNoise | Absent;
  /** Runs that were finished, and that were asked for. */
  readonly runs: number;
  readonly runsAsked: number;
  /** Runs in which no transaction ended: they are in no figure. */
  readonly silentRuns: number;
  /** Synchronised runs after which the standby was found to hold what the primary had, byte for byte. */
  readonly verifiedRuns: number;
  /** False: the two sides read different clocks, and what is between them is shared equally by wire and acknowledgement. */
  readonly sharedClock: boolean;
  /** What was wrong with the file. */
  readonly warnings: readonly string[];
}

/** One mode at one memory size, over all its rounds. */
export interface TransactionCell {
  /** How dirty pages are found; `none` is not synchronised. */
  readonly mode: string;
  readonly memoryBytes: number;
  readonly rounds: number;
  /** Transactions a second. */
  readonly tps: Estimate;
  /** TPS over that of `none` at the same memory; null for `none` itself, and where it was not measured. */
  readonly share: Estimate | null;
  /** Its stages in the order they come. */
  readonly split: readonly StageTime[];
  /** What the client saw beyond the stages: its own work, and the way to the primary and back. */
  readonly outside: Duration;
  /** What the client saw: median of the rounds' medians. */
  readonly client: Duration;
  /** The same of all transactions of all rounds, in nanoseconds. */
  readonly latency: Latency;
  /** Pages and bytes sent to the standby for a transaction: means. */
  readonly pagesEach: number;
  readonly bytesEach: number;
  /** Early stops of the guest because its tracker had no room left. */
  readonly forcedExits: number;
}

/** What a stage takes: median of the rounds' medians. */
interface StageTime extends Duration {
  readonly stage: Stage;
}

interface Latency {
  readonly meanNs: number;
  readonly medianNs: number;
  readonly p90Ns: number;
  readonly p99Ns: number;
  readonly p999Ns: number;
}

/** What more memory does to a mode. */
export interface Growth {
  readonly mode: string;
  readonly fromBytes: number;
  readonly toBytes: number;
  /** TPS with the most memory over that with the least; 1 is unchanged. */
  readonly factor: Estimate;
  /** It is a change: beyond the interval, and beyond the difference of the A/A pair. */
  readonly told: boolean;
}

/** The A/A pair: one point measured twice in each round. What differs is noise. */
export interface TransactionsNoise {
  readonly kind: 'measured';
  readonly mode: string;
  readonly memoryBytes: number;
  /** How much faster the second came out (0.02 is 2 %), in TPS. */
  readonly difference: Estimate;
}

/** The mode that is not synchronised. */
export const unsynchronised = 'none';

/** A cell with what its figures were computed from. */
interface Measured {
  readonly cell: TransactionCell;
  readonly tps: Medians;
}

/**
 * Analyses a results file of transactions, finished or not. The same file gives the same analysis, to the bit.
 * @throws AnalysisError if a histogram in it cannot be read.
 */
export function analyseTransactions({ header, runs, warnings }: Transactions): TransactionsAnalysis {
  const { kind: _kind, schema: _schema, points, twin: _twin, ...run } = header;
  const answered = runs.filter(({ transactions }) => transactions > 0);
  const noise = noiseOf(header, answered);
  const measured = withShares(points.flatMap((_, index) => cellOf(header, answered, index)));
  return {
    run,
    cells: measured.map(({ cell }) => cell),
    growth: growthOf(measured, noise.kind === 'measured' ? Math.abs(noise.difference.value) : 0),
    noise,
    runs: runs.length,
    runsAsked: (points.length + 1) * header.rounds,
    silentRuns: runs.length - answered.length,
    verifiedRuns: runs.filter(({ verified }) => verified !== null).length,
    sharedClock: runs.every(({ sharedClock }) => sharedClock),
    warnings,
  };
}

function cellOf(header: TransactionsHeader, runs: readonly TransactionRun[], index: number): Measured[] {
  const point = header.points[index];
  const own = runs.filter((run) => run.point === index && !run.twin);
  if (point === undefined || own.length === 0) return [];
  const seed = 1 + index;
  const duration = (ns: (run: TransactionRun) => number) => durationOf(bootstrapMedian(own.map(ns), seed));
  const transactions = sum(own, (run) => run.transactions);
  const tps = bootstrapMedian(own.map(rateOf), seed);
  const cell = {
    ...point,
    rounds: own.length,
    tps: estimate(([median]) => median as number, [tps]),
    share: null,
    split: stages.map((stage) => ({ stage, ...duration(({ split }) => split[stage].medianNs) })),
    outside: duration(outsideOf),
    client: duration(({ latency }) => latency.medianNs),
    latency: latencyOf(own),
    pagesEach: sum(own, (run) => run.pages) / transactions,
    bytesEach: sum(own, (run) => run.wireBytes) / transactions,
    forcedExits: sum(own, (run) => run.forcedExits),
  };
  return [{ cell, tps }];
}

function rateOf({ transactions, seconds }: TransactionRun): number {
  return transactions / seconds;
}

/** Medians do not add up exactly: what is left over may come out below nothing, and is then nothing. */
function outsideOf({ latency, split }: TransactionRun): number {
  return Math.max(0, latency.medianNs - sum(stages, (stage) => split[stage].medianNs));
}

function latencyOf(runs: readonly TransactionRun[]): Latency {
  const all = mergeHistograms(runs.map(({ latency }) => latency.histogram));
  return {
    meanNs: all.meanNs,
    medianNs: quantileOf(all, 0.5),
    p90Ns: quantileOf(all, 0.9),
    p99Ns: quantileOf(all, 0.99),
    p999Ns: quantileOf(all, 0.999),
  };
}

/** Each cell beside the unsynchronised one of its memory. */
function withShares(measured: readonly Measured[]): Measured[] {
  return measured.map(({ cell, tps }) => {
    const free = measured.find((each) => each.cell.mode === unsynchronised && sameMemory(each.cell, cell));
    if (free === undefined || free.cell === cell) return { cell, tps };
    return { tps, cell: { ...cell, share: ratioOf(tps, free.tps) } };
  });
}

function sameMemory(a: TransactionCell, b: TransactionCell): boolean {
  return a.memoryBytes === b.memoryBytes;
}

function ratioOf(of: Medians, to: Medians): Estimate {
  return estimate(([a, b]) => (a as number) / (b as number), [of, to]);
}

function growthOf(measured: readonly Measured[], noiseShare: number): Growth[] {
  return [...groupBy(measured, ({ cell }) => cell.mode)].flatMap(([mode, cells]) => {
    const rising = cells.toSorted((a, b) => a.cell.memoryBytes - b.cell.memoryBytes);
    const [least, most] = [rising[0], rising.at(-1)];
    if (least === undefined || most === undefined || least === most) return [];
    const [fromBytes, toBytes] = [least.cell.memoryBytes, most.cell.memoryBytes];
    const factor = ratioOf(most.tps, least.tps);
    const told = (factor.low > 1 || factor.high < 1) && Math.abs(factor.value - 1) > noiseShare;
    return [{ mode, fromBytes, toBytes, factor, told }];
  });
}

function noiseOf({ points, twin }: TransactionsHeader, runs: readonly TransactionRun[]): TransactionsNoise | Absent {
  const rates = (isTwin: boolean) => runs.filter((run) => run.point === twin && run.twin === isTwin).map(rateOf);
  const [one, other] = [rates(false), rates(true)];
  const point = points[twin];
  if (point === undefined || one.length === 0 || other.length === 0) {
    return { kind: 'absent', why: `the A/A pair (point ${twin} measured twice) has no finished run on both sides` };
  }
  const { value, low, high } = ratioOf(bootstrapMedian(other, points.length + 1), bootstrapMedian(one, 1 + twin));
  return { kind: 'measured', ...point, difference: { value: value - 1, low: low - 1, high: high - 1 } };
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
