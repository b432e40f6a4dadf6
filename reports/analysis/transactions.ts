import {
  type Stage,
  stages,
  type TransactionPoint,
  type TransactionRun,
  type Transactions,
  type TransactionsHeader,
} from '../../results/transactions.js';
import { bootstrapMedian, durationOf, estimate, estimateOf, type Medians } from './bootstrap.js';
import { isFinding } from './coverage.js';
import { mergeHistograms, quantileOf, tailOf } from './distribution.js';
import type { Absent, Duration, Estimate } from './estimate.js';
import { factorOf } from './factor.js';
import { groupBy } from './group.js';
import { type Steadiness, steadinessOf } from './steadiness.js';

/** The paper's Table 1 measured end to end: what a client sees of a guest that is kept in step with a standby. */
export interface TransactionsAnalysis {
  readonly run: Omit<TransactionsHeader, 'kind' | 'schema' | 'points' | 'twin'>;
  /** How modes and memory sizes are compared: as in the first synchronised point. */
  readonly setting: Setting;
  /** One for each mode and memory size that was measured in that setting, in the order they were asked for. */
  readonly cells: readonly TransactionCell[];
  /**
   * Of the gap between the rate of the synchronised guest and that of the one that is not: what other settings make of it. Where a mode
   * and memory were measured in others too, their cells in all settings, and beside them those of the guest that is not synchronised.
   */
  readonly gap: readonly GapCell[];
  /** How each mode fares from the least memory to the most; empty where it was measured at one size alone. */
  readonly growth: readonly Growth[];
  readonly noise: TransactionsNoise | Absent;
  /** Rounds that were finished, and that were asked for. */
  readonly runs: number;
  readonly runsAsked: number;
  /** Rounds in which no transaction ended: they are in no figure. */
  readonly silentRuns: number;
  /** Synchronised rounds after which the standby was found to hold what the primary had, byte for byte. */
  readonly verifiedRuns: number;
  /** False: the two sides read different clocks, and what is between them is shared equally by wire and acknowledgement. */
  readonly sharedClock: boolean;
  readonly steadiness: Steadiness;
  /** What was wrong with the file. */
  readonly warnings: readonly string[];
}

/** What is varied beside mode and memory. */
export type Setting = Pick<TransactionPoint, 'commit' | 'encode' | 'connections' | 'pollUs'>;

/** One mode at one memory size in one setting, over all its rounds. */
export interface TransactionCell extends Setting {
  /** How dirty pages are found; `none` is not synchronised. */
  readonly mode: string;
  readonly memoryBytes: number;
  readonly rounds: number;
  /** Transactions per second. */
  readonly tps: Estimate;
  /** TPS over that of `none` at the same memory with as many connections; null for `none` itself, and where it was not measured. */
  readonly share: Estimate | null;
  /** The stages of a transaction in the order they come. */
  readonly split: readonly StageTime[];
  /** The exchange with the standby beside the least that one takes; null where that was not measured. */
  readonly exchange: Exchange | null;
  /** What the client saw beyond the stages: its own work, and the way to the primary and back. */
  readonly outside: Duration;
  /** What the client saw: median of the rounds' medians. */
  readonly client: Duration;
  /** What the client saw in all transactions of all rounds, in nanoseconds. */
  readonly latency: Latency;
  /** Transactions that shared an epoch: their mean; null where there is none. */
  readonly transactionsPerEpoch: number | null;
  /** Pages and bytes sent to the standby for a transaction: means. */
  readonly pagesEach: number;
  readonly bytesEach: number;
  /** Processor time of primary and standby for a transaction, in nanoseconds: means; null where it was not looked at. */
  readonly processorNs: { readonly primary: number; readonly standby: number } | null;
  /** Early stops of the guest because its tracker had no room left. */
  readonly forcedExits: number;
}

/**
 * A cell of the gap, compared with the one of the same mode, memory and connections that commits, encodes and waits as the analysis's
 * `setting` says, as Table 1 does.
 */
export interface GapCell extends TransactionCell {
  /** TPS over that cell's, and whether that is a change beyond intervals and noise; null for that cell itself, and where there is none. */
  readonly against: { readonly factor: Estimate; readonly told: boolean } | null;
  /** How many times fewer bytes a transaction sends than that cell's; null as above, and where nothing was sent. */
  readonly fewerBytes: number | null;
}

/** What a stage takes: median of the rounds' medians. */
interface StageTime extends Duration {
  readonly stage: Stage;
}

/** What a transaction waits for the standby: from its frames being ready to the acknowledgement. */
interface Exchange {
  /** Medians of the rounds' medians: of the exchange, and of the floor with both sides sleeping and with both polling. */
  readonly taken: Duration;
  readonly blocking: Duration;
  readonly polling: Duration;
  /** The exchange divided by its floor with both sides sleeping, each round's by that round's own: the median of the rounds. */
  readonly timesFloor: number;
}

interface Latency {
  readonly meanNs: number;
  readonly medianNs: number;
  readonly p90Ns: number;
  /** Null: too few transactions to tell it. */
  readonly p99Ns: number | null;
  readonly p999Ns: number | null;
}

/** What more memory does to a mode. */
export interface Growth {
  readonly mode: string;
  readonly fromBytes: number;
  readonly toBytes: number;
  /** TPS with the most memory over that with the least; 1 is unchanged. */
  readonly factor: Estimate;
  /** Whether the change is told: by rounds enough, beyond the interval, and beyond the difference of the A/A pair. */
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
  const noiseFactor = noise.kind === 'measured' ? factorOf(1 + noise.difference.value) : 1;
  const setting = settingOf(points);
  const measured = withShares(points.flatMap((_, index) => cellOf(header, answered, index)));
  const table = measured.filter(({ cell }) => isIn(cell, setting));
  return {
    run,
    setting,
    cells: table.map(({ cell }) => cell),
    gap: gapOf(measured, setting, noiseFactor),
    growth: growthOf(table, noiseFactor),
    noise,
    runs: runs.length,
    runsAsked: (points.length + 1) * header.rounds,
    silentRuns: runs.length - answered.length,
    verifiedRuns: runs.filter(({ verified }) => verified !== null).length,
    steadiness: steadinessOf(runs),
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
  const epochs = sum(own, (run) => run.epochs);
  const tps = bootstrapMedian(own.map(rateOf), seed);
  const cell = {
    ...point,
    rounds: own.length,
    tps: estimateOf(tps),
    share: null,
    split: stages.map((stage) => ({ stage, ...duration(({ split }) => split[stage].medianNs) })),
    exchange: exchangeOf(own, seed),
    outside: duration(outsideOf),
    client: duration(({ latency }) => latency.medianNs),
    latency: latencyOf(own),
    transactionsPerEpoch: epochs === 0 ? null : transactions / epochs,
    pagesEach: sum(own, (run) => run.pages) / transactions,
    bytesEach: sum(own, (run) => run.wireBytes) / transactions,
    processorNs: processorOf(own),
    forcedExits: sum(own, (run) => run.forcedExits),
  };
  return [{ cell, tps }];
}

function processorOf(runs: readonly TransactionRun[]): TransactionCell['processorNs'] {
  const known = runs.flatMap(({ processorSeconds, transactions }) => {
    return processorSeconds == null ? [] : [{ ...processorSeconds, transactions }];
  });
  const each = (of: 'primary' | 'standby') =>
    (1e9 * sum(known, (run) => run[of])) / sum(known, (run) => run.transactions);
  return known.length === 0 ? null : { primary: each('primary'), standby: each('standby') };
}

const exchanged = ['wire', 'standby', 'acknowledgement'] as const satisfies readonly Stage[];

function exchangeOf(runs: readonly TransactionRun[], seed: number): Exchange | null {
  const beside = runs.flatMap(({ split, floor }) => {
    return floor == null ? [] : [{ ...floor, takenNs: sum(exchanged, (stage) => split[stage].medianNs) }];
  });
  if (beside.length === 0) return null;
  const medianOf = (value: (run: (typeof beside)[number]) => number) => bootstrapMedian(beside.map(value), seed);
  return {
    taken: durationOf(medianOf(({ takenNs }) => takenNs)),
    blocking: durationOf(medianOf(({ blockingNs }) => blockingNs)),
    polling: durationOf(medianOf(({ pollingNs }) => pollingNs)),
    timesFloor: estimateOf(medianOf(({ takenNs, blockingNs }) => takenNs / blockingNs)).value,
  };
}

function rateOf({ transactions, seconds }: TransactionRun): number {
  return transactions / seconds;
}

/** Medians do not add up exactly: what is left over may come out below nothing, and is then nothing. */
function outsideOf({ latency, split }: TransactionRun): number {
  return Math.max(0, latency.medianNs - sum(stages, (stage) => split[stage].medianNs));
}

function latencyOf(runs: readonly TransactionRun[]): Latency {
  const all = mergeHistograms(
    runs.map(({ latency }) => latency.histogram),
    Math.max(...runs.map(({ latency }) => latency.maxNs)),
  );
  return {
    meanNs: all.meanNs,
    medianNs: quantileOf(all, 0.5),
    p90Ns: quantileOf(all, 0.9),
    p99Ns: tailOf(all, 0.99),
    p999Ns: tailOf(all, 0.999),
  };
}

/** Each cell beside the unsynchronised one of its memory and connections. */
function withShares(measured: readonly Measured[]): Measured[] {
  return measured.map(({ cell, tps }) => {
    const free = measured.find((each) => each.cell.mode === unsynchronised && sameLoad(each.cell, cell));
    if (free === undefined || free.cell === cell) return { cell, tps };
    return { tps, cell: { ...cell, share: ratioOf(tps, free.tps) } };
  });
}

function sameLoad(a: TransactionCell, b: TransactionCell): boolean {
  return a.memoryBytes === b.memoryBytes && a.connections === b.connections;
}

function settingOf(points: readonly TransactionPoint[]): Setting {
  const point = points.find(({ mode }) => mode !== unsynchronised) ?? (points[0] as TransactionPoint);
  const { commit, encode, connections, pollUs } = point;
  return { commit, encode, connections, ...(pollUs !== undefined && { pollUs }) };
}

/** What is not synchronised commits and encodes nothing, and so is in every setting with as many connections. */
function isIn({ mode, commit, encode, connections, pollUs }: TransactionCell, setting: Setting): boolean {
  const sameWay = commit === setting.commit && encode === setting.encode && pollUs === setting.pollUs;
  return connections === setting.connections && (mode === unsynchronised || sameWay);
}

function gapOf(measured: readonly Measured[], setting: Setting, noiseFactor: number): GapCell[] {
  const varied = new Set(measured.filter(({ cell }) => !isIn(cell, setting)).map(({ cell }) => cell.memoryBytes));
  const modes = new Set(measured.filter(({ cell }) => !isIn(cell, setting)).map(({ cell }) => cell.mode));
  return measured
    .filter(({ cell }) => varied.has(cell.memoryBytes) && (modes.has(cell.mode) || cell.mode === unsynchronised))
    .toSorted((a, b) => a.cell.connections - b.cell.connections)
    .map(({ cell, tps }) => {
      const plain = measured.find(
        (each) =>
          each.cell.mode === cell.mode &&
          sameLoad(each.cell, cell) &&
          isIn(each.cell, { ...setting, connections: cell.connections }),
      );
      if (plain === undefined || plain.cell === cell) return { ...cell, against: null, fewerBytes: null };
      const factor = ratioOf(tps, plain.tps);
      return {
        ...cell,
        against: { factor, told: isTold(factor, noiseFactor) },
        fewerBytes: cell.bytesEach === 0 ? null : plain.cell.bytesEach / cell.bytesEach,
      };
    });
}

/** Whether a factor is a change: of rounds enough, beyond its interval, and beyond the difference of the A/A pair. */
function isTold({ value, low, high, coverage }: Estimate, noiseFactor: number): boolean {
  return isFinding({ coverage }) && (low > 1 || high < 1) && factorOf(value) > noiseFactor;
}

function ratioOf(of: Medians, to: Medians): Estimate {
  return estimate(([a, b]) => (a as number) / (b as number), [of, to]);
}

function growthOf(measured: readonly Measured[], noiseFactor: number): Growth[] {
  return [...groupBy(measured, ({ cell }) => cell.mode)].flatMap(([mode, cells]) => {
    const rising = cells.toSorted((a, b) => a.cell.memoryBytes - b.cell.memoryBytes);
    const [least, most] = [rising[0], rising.at(-1)];
    if (least === undefined || most === undefined || least === most) return [];
    const [fromBytes, toBytes] = [least.cell.memoryBytes, most.cell.memoryBytes];
    const factor = ratioOf(most.tps, least.tps);
    return [{ mode, fromBytes, toBytes, factor, told: isTold(factor, noiseFactor) }];
  });
}

function noiseOf({ points, twin }: TransactionsHeader, runs: readonly TransactionRun[]): TransactionsNoise | Absent {
  const rates = (isTwin: boolean) => runs.filter((run) => run.point === twin && run.twin === isTwin).map(rateOf);
  const [one, other] = [rates(false), rates(true)];
  const point = points[twin];
  if (point === undefined || one.length === 0 || other.length === 0) {
    return { kind: 'absent', why: `the A/A pair (point ${twin} measured twice) has no finished run on both sides` };
  }
  const { value, low, high, coverage } = ratioOf(
    bootstrapMedian(other, points.length + 1),
    bootstrapMedian(one, 1 + twin),
  );
  const { mode, memoryBytes } = point;
  return {
    kind: 'measured',
    mode,
    memoryBytes,
    difference: { value: value - 1, low: low - 1, high: high - 1, coverage },
  };
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
