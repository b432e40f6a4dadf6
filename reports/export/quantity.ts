import type { AnyResults } from '../../results/any.js';
import { isByHost, ofHost } from '../../results/hosts.js';
import { downtimeNs, downtimeParts, type Migrations } from '../../results/migrations.js';
import type { Results, Round, Timing } from '../../results/schema.js';
import { stages, type TransactionRun, type Transactions } from '../../results/transactions.js';
import { armingIn } from '../analysis/arming.js';
import { type Axes, axesOf } from '../analysis/compare/series.js';
import { firstWritesIn } from '../analysis/first-write.js';
import { floorsOf, onFloor } from '../analysis/floor.js';
import { measuredPoints } from '../analysis/measured.js';
import { exactnessIn } from '../analysis/precision.js';
import { runningIn } from '../analysis/running.js';

/** What a value counts. */
export type Unit = 'ns' | '1/s' | 'pages' | 'bytes';

/** One quantity of one point, as each of its finished rounds had it. */
export interface Quantity {
  /** What was measured: `collect`, `tps`, `downtime.detection`, ... */
  readonly metric: string;
  readonly unit: Unit;
  readonly lessIsBetter: boolean;
  /** All that the point was measured with. */
  readonly axes: Axes;
  /** One of each round; never none. */
  readonly values: readonly number[];
  /** Every epoch or transaction of each round as a histogram, and the longest of all; null where they are not kept. */
  readonly tail: { readonly histograms: readonly string[]; readonly mostNs: number } | null;
  /** The values cannot be told from what measuring itself costs. */
  readonly withinFloor: boolean;
}

/** Every quantity of every point of a results file, in the file's order; the second of the A/A pair is left out. */
export function quantitiesOf(file: AnyResults): Quantity[] {
  switch (file.kind) {
    case 'results':
      return isByHost(file.of) ? ofHosts(file.of) : ofSweep(file.of);
    case 'transactions':
      return ofTransactions(file.of);
    case 'migrations':
      return ofMigrations(file.of);
  }
}

/** Of a fleet in which every host measured all: each host's, with its name among the axes. */
function ofHosts(results: Results): Quantity[] {
  return results.hosts.flatMap(({ name }) =>
    ofSweep(ofHost(results, name)).map((quantity) => ({ ...quantity, axes: { host: name, ...quantity.axes } })),
  );
}

function ofSweep(results: Results): Quantity[] {
  const measured = measuredPoints(results);
  const floors = floorsOf(measured);
  return measured.flatMap(({ facts }) => {
    const { index } = facts;
    const rounds = results.rounds.filter((round) => round.point === index && !round.twin);
    const axes = axesOf(results, index);
    const { withinFloor } = onFloor(facts, floors);
    const timed = (metric: string, timing: (round: Round) => Timing | null, onItsFloor: boolean): Quantity[] => {
      const timings = rounds.flatMap((round) => timing(round) ?? []);
      if (timings.length === 0) return [];
      const values = timings.map(({ medianNs }) => medianNs);
      return [{ ...nanoseconds, metric, axes, values, tail: tailOf(timings), withinFloor: onItsFloor }];
    };
    const first = firstWritesIn(rounds);
    const total = rounds.map(({ run, collect }) => run.medianNs + collect.medianNs);
    return [
      ...timed('collect', ({ collect }) => collect, withinFloor),
      ...timed('run', ({ run }) => run, false),
      ...timed('kernel', ({ kernel }) => kernel, false),
      { ...nanoseconds, metric: 'total', axes, values: total },
      ...(first.length === 0 ? [] : [{ ...nanoseconds, metric: 'firstWrite', axes, values: first }]),
      ...armingQuantities(axes, rounds),
      ...runningQuantities(axes, rounds),
      ...reportedOf(results, axes, rounds),
    ];
  });
}

function armingQuantities(axes: Axes, rounds: readonly Round[]): Quantity[] {
  return (['on', 'off', 'firstCollect'] as const).flatMap((part) => {
    const values = armingIn(rounds, part);
    return values.length === 0 ? [] : [{ ...nanoseconds, metric: `arming.${part}`, axes, values }];
  });
}

function runningQuantities(axes: Axes, rounds: readonly Round[]): Quantity[] {
  const collects = runningIn(rounds, ({ collectNs }) => collectNs);
  if (collects.length === 0) return [];
  const rate = { ...nanoseconds, unit: '1/s', lessIsBetter: false, axes } as const;
  return [
    { ...nanoseconds, metric: 'running.collect', axes, values: collects },
    { ...nanoseconds, metric: 'running.gap', axes, values: runningIn(rounds, ({ gapDuringNs }) => gapDuringNs) },
    { ...rate, metric: 'running.before', values: runningIn(rounds, ({ beforePerSecond }) => beforePerSecond) },
    { ...rate, metric: 'running.during', values: runningIn(rounds, ({ duringPerSecond }) => duringPerSecond) },
  ];
}

const nanoseconds = { unit: 'ns', lessIsBetter: true, tail: null, withinFloor: false } as const;

/** Pages that a collect finds, of a tracker that may find more than was written: of any other they are those written. */
function reportedOf(results: Results, axes: Axes, rounds: readonly Round[]): Quantity[] {
  const values = rounds.flatMap(({ reportedPages, epochs }) =>
    reportedPages === undefined ? [] : reportedPages / epochs,
  );
  const tracker = String(axes.tracker);
  if (exactnessIn(results, tracker) === 'exact' || values.length === 0) return [];
  return [{ ...nanoseconds, unit: 'pages', metric: 'reportedPages', axes, values }];
}

function tailOf(timings: readonly { readonly histogram: string; readonly maxNs: number }[]): Quantity['tail'] {
  return {
    histograms: timings.map(({ histogram }) => histogram),
    mostNs: Math.max(...timings.map(({ maxNs }) => maxNs)),
  };
}

function ofTransactions(transactions: Transactions): Quantity[] {
  return transactions.header.points.flatMap((_, index) => {
    const runs = transactions.runs.filter((run) => run.point === index && !run.twin && run.transactions > 0);
    if (runs.length === 0) return [];
    const axes = transactionAxes(transactions, index);
    const each = (metric: string, unit: Unit, of: (run: TransactionRun) => number): Quantity => ({
      ...nanoseconds,
      metric,
      unit,
      axes,
      values: runs.map(of),
    });
    return [
      { ...each('tps', '1/s', ({ transactions: number, seconds }) => number / seconds), lessIsBetter: false },
      { ...each('latency', 'ns', ({ latency }) => latency.medianNs), tail: tailOf(runs.map(({ latency }) => latency)) },
      ...stages.map((stage) => each(`latency.${stage}`, 'ns', ({ split }) => split[stage].medianNs)),
      each('sentPages', 'pages', ({ pages, transactions: number }) => pages / number),
      each('sentBytes', 'bytes', ({ wireBytes, transactions: number }) => wireBytes / number),
    ];
  });
}

/** All that a point of transactions was measured with. */
export function transactionAxes({ header }: Transactions, index: number): Axes {
  const { guest, workload, pagesPerTransaction, requestBytes, responseBytes, seconds, seed } = header;
  const point = header.points[index];
  const pollUs = point?.pollUs ?? null;
  return { guest, ...point, pollUs, workload, pagesPerTransaction, requestBytes, responseBytes, seconds, seed };
}

function ofMigrations(migrations: Migrations): Quantity[] {
  return migrations.header.points.flatMap((_, index): Quantity[] => {
    const runs = migrations.runs.filter((run) => run.point === index && !run.twin);
    if (runs.length === 0) return [];
    const axes = migrationAxes(migrations, index);
    const each = (metric: string, unit: Unit, of: (run: (typeof runs)[number]) => number) => ({
      ...nanoseconds,
      metric,
      unit,
      axes,
      values: runs.map(of),
    });
    return [
      each('downtime', 'ns', ({ move }) => downtimeNs(move)),
      ...downtimeParts.map((part) => each(`downtime.${part}`, 'ns', ({ move }) => move.downtime[part])),
      each('longestWaitBefore', 'ns', ({ longestWaitNs }) => longestWaitNs.before),
      each('longestWaitDuring', 'ns', ({ longestWaitNs }) => longestWaitNs.during),
      each('precopyBytes', 'bytes', ({ precopy }) => precopy.reduce((sum, { bytes }) => sum + bytes, 0)),
      each('lastPages', 'pages', ({ move }) => move.pages),
    ];
  });
}

/** All that a point of migrations was measured with. */
export function migrationAxes({ header }: Migrations, index: number): Axes {
  const { guest, workload, pagesPerTransaction, connections, downtimeMs, seconds, seed } = header;
  return { guest, ...header.points[index], workload, pagesPerTransaction, connections, downtimeMs, seconds, seed };
}
