import { emptyHistogram, encodeHistogram } from '../../results/histogram.js';
import {
  splitSchema,
  stages,
  type TransactionPoint,
  type TransactionRun,
  type Transactions,
  type TransactionsHeader,
  transactionsVersion,
} from '../../results/transactions.js';
import { environment, jitter } from './fixture.js';

const gib = 2 ** 30;

/** Nanoseconds of each stage but detection, synchronised; the client's own part. */
const fixedStages = { 'request in': 4e3, guest: 90e3, copy: 20e3, wire: 90e3, standby: 8e3, acknowledgement: 60e3 };
const responseOut = 30e3;
const outside = 25e3;

/** Nanoseconds that detection takes, by mode: for each gibibyte, and whatever the memory. */
const detection: Readonly<Record<string, { perGib: number; fixed: number }>> = {
  'kvm-flags': { perGib: 500e3, fixed: 10e3 },
  'kvm-bitmap': { perGib: 10e3, fixed: 5e3 },
  'kvm-ring': { perGib: 0, fixed: 6e3 },
};

export const asInPaper = { commit: 'stop', encode: 'raw', connections: 1 };

/** The queue at one memory size with 16 connections, in several ways, and what is not synchronised. */
export const waysWithMany: readonly TransactionPoint[] = [
  { mode: 'none', memoryBytes: gib, ...asInPaper, connections: 16 },
  { mode: 'kvm-ring', memoryBytes: gib, ...asInPaper, connections: 16 },
  { mode: 'kvm-ring', memoryBytes: gib, commit: 'grouped', encode: 'raw', connections: 16 },
  { mode: 'kvm-ring', memoryBytes: gib, commit: 'stop', encode: 'xor', connections: 16 },
];

/** What of the made-up table is measured. */
export interface TransactionSample {
  readonly header: Partial<TransactionsHeader>;
  readonly memories: readonly number[];
  readonly modes: readonly string[];
  /** Points beside those. */
  readonly beside: readonly TransactionPoint[];
  /** How each run differs from what it would be. */
  readonly change: (run: TransactionRun) => TransactionRun;
  /** Whether a run is finished. */
  readonly finished: (run: TransactionRun) => boolean;
}

/** A results file of transactions made up from a cost of each stage: each takes the same in every transaction of a run. */
export function sampleTransactions(given: Partial<TransactionSample> = {}): Transactions {
  const memories = given.memories ?? [gib / 2, gib, 4 * gib];
  const modes = given.modes ?? ['none', ...Object.keys(detection)];
  const points = [
    ...memories.flatMap((memoryBytes) => modes.map((mode) => ({ mode, memoryBytes, ...asInPaper }))),
    ...(given.beside ?? []),
  ];
  const header: TransactionsHeader = {
    kind: 'transactions',
    schema: transactionsVersion,
    version: '0.0.0',
    command: 'dirtybench table1 --rounds 5',
    startedAt: '2024-01-01T00:00:00Z',
    environment: { ...environment, kvm: { backend: 'vmx', paging: 'ept', pml: true, nested: false, warnings: [] } },
    load: 0,
    guest: 'kvm',
    guestNote: 'KVM',
    workload: 'netperf-rr',
    pagesPerTransaction: 16,
    requestBytes: 128,
    responseBytes: 128,
    seconds: 1,
    warmupSeconds: 0.5,
    rounds: 5,
    seed: 1,
    points,
    twin: 0,
    unavailable: [],
    ...given.header,
  };
  const runs = Array.from({ length: header.rounds }, (_, round) => [
    ...points.map((_point, point) => runOf(header, point, round, false)),
    runOf(header, header.twin, round, true),
  ])
    .flat()
    .map(given.change ?? ((run) => run))
    .filter(given.finished ?? (() => true));
  return { header, runs, warnings: [] };
}

function runOf(header: TransactionsHeader, point: number, round: number, twin: boolean): TransactionRun {
  const { mode = '', memoryBytes = 0 } = header.points[point] ?? {};
  const factor = jitter(round + (twin ? 1 : 0), 0.01);
  const times = timesOf(mode, memoryBytes);
  const split = stages.map((stage) => [stage, timing((times[stage] ?? 0) * factor)] as const);
  const client = (Object.values(times).reduce((sum, ns) => sum + ns, 0) + outside) * factor;
  const transactions = Math.floor(1e9 / client);
  const synchronised = mode !== 'none';
  return {
    kind: 'run',
    point,
    twin,
    round,
    startedAt: '2024-01-01T00:00:00Z',
    seconds: 1,
    transactions,
    latency: {
      ...timing(client),
      p90Ns: client,
      p999Ns: client,
      maxNs: client,
      histogram: histogramOf(client, transactions),
    },
    epochs: synchronised ? transactions : 0,
    pages: synchronised ? transactions * header.pagesPerTransaction : 0,
    wireBytes: synchronised ? transactions * 66_000 : 0,
    forcedExits: 0,
    sharedClock: true,
    split: splitSchema.parse(Object.fromEntries(split)),
    verified: synchronised ? { epoch: 1, sha256: 'digest', pages: 16 } : null,
  };
}

function timesOf(mode: string, memoryBytes: number): Readonly<Partial<Record<(typeof stages)[number], number>>> {
  const cost = detection[mode];
  if (cost === undefined) return { 'request in': 4e3, guest: 90e3, 'response out': responseOut };
  return {
    ...fixedStages,
    detection: cost.fixed + (cost.perGib * memoryBytes) / gib,
    'response out': responseOut,
  };
}

function timing(ns: number) {
  return { meanNs: ns, medianNs: ns, p99Ns: ns };
}

/** So many durations near this one. */
export function histogramOf(ns: number, times: number): string {
  const histogram = emptyHistogram();
  histogram.recordValueWithCount(Math.round(ns), times);
  return encodeHistogram(histogram);
}
