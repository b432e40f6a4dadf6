import type { AnyResults } from '../../../results/any.js';
import { downtimeNs, type Migrations } from '../../../results/migrations.js';
import type { Results } from '../../../results/schema.js';
import type { Transactions } from '../../../results/transactions.js';
import { floorsOf, onFloor } from '../floor.js';
import { measuredPoints } from '../measured.js';

/** What tells one point from another, by the names that results files use. */
export type Axes = Readonly<Record<string, string | number | null>>;

/** What of a sweep is compared: detection, and the guest's writes with marking. */
export const sweepMetrics = ['collect', 'run'] as const;

/** One of them. */
export type SweepMetric = (typeof sweepMetrics)[number];

/** What can be compared. */
export type Metric = SweepMetric | 'tps' | 'downtime';

/** Each metric's unit, and whether less of it is better. */
export const metrics: Record<Metric, { readonly unit: 'ns' | 'tps'; readonly lessIsBetter: boolean }> = {
  collect: { unit: 'ns', lessIsBetter: true },
  run: { unit: 'ns', lessIsBetter: true },
  tps: { unit: 'tps', lessIsBetter: false },
  downtime: { unit: 'ns', lessIsBetter: true },
};

/** What one metric of one point came out as in each of its finished rounds. */
export interface Series {
  readonly metric: Metric;
  /** The tracker, or the mode of a primary. */
  readonly subject: string;
  /** What a partner in another file must have in common with it. */
  readonly axes: Axes;
  /** What it may differ in: the writes are then others, or fewer. */
  readonly conditions: Axes;
  /** In the metric's unit. */
  readonly values: readonly number[];
  /** The series cannot be told from what measuring itself costs. */
  readonly withinFloor: boolean;
}

/** A point that was measured twice, in one metric. */
export interface TwinSeries {
  readonly metric: Metric;
  readonly first: readonly number[];
  readonly second: readonly number[];
}

/** A results file as what is compared of it. */
export interface Measurements {
  /** Every metric of every point with a finished round, in the file's order. */
  readonly series: readonly Series[];
  /** The A/A pair; empty where there is none. */
  readonly twins: readonly TwinSeries[];
}

/** What of a results file is compared; `chosen` says which metrics of a sweep. */
export function measurementsOf(file: AnyResults, chosen: readonly SweepMetric[]): Measurements {
  switch (file.kind) {
    case 'results':
      return ofSweep(file.of, chosen);
    case 'transactions':
      return ofTransactions(file.of);
    case 'migrations':
      return ofMigrations(file.of);
  }
}

/**
 * What tells a point of a sweep from another: not how many rounds it has, nor what was measured of it in addition (arming, collects beside
 * a running guest).
 */
export function axesOf({ header }: Results, index: number): Axes {
  const point = header.points[index];
  if (point === undefined) throw new Error(`no point ${index}`);
  const {
    rounds: _rounds,
    arming: _arming,
    collect: _collect,
    clearChunkBytes,
    backing,
    guests,
    oneProcess,
    ...axes
  } = point;
  const beside = guests === undefined ? {} : { guests, oneProcess: oneProcess ? 'yes' : 'no' };
  const chunk = clearChunkBytes === undefined ? {} : { clearChunkBytes };
  return { ...axes, ...chunk, ...(backing === undefined ? {} : { backing }), ...beside };
}

function ofSweep(results: Results, chosen: readonly SweepMetric[]): Measurements {
  const measured = measuredPoints(results);
  const floors = floorsOf(measured);
  const valuesOf = (index: number, twin: boolean, metric: SweepMetric) =>
    results.rounds
      .filter((round) => round.point === index && round.twin === twin)
      .map((round) => round[metric].medianNs);
  const series = measured.flatMap(({ facts }) => {
    const { epochs = null, seed = null, ...axes } = axesOf(results, facts.index);
    const { withinFloor } = onFloor(facts, floors);
    return chosen.map((metric) => ({
      metric,
      subject: facts.tracker,
      axes,
      conditions: { epochs, seed },
      values: valuesOf(facts.index, false, metric),
      withinFloor: metric === 'collect' && withinFloor,
    }));
  });
  const { twin } = results.header;
  if (twin === null) return { series, twins: [] };
  const twins = chosen.map((metric) => ({
    metric,
    first: valuesOf(twin, false, metric),
    second: valuesOf(twin, true, metric),
  }));
  return { series, twins };
}

function ofTransactions({ header, runs }: Transactions): Measurements {
  const answered = runs.filter(({ transactions }) => transactions > 0);
  const ratesOf = (index: number, twin: boolean) =>
    answered.filter((run) => run.point === index && run.twin === twin).map((run) => run.transactions / run.seconds);
  const { guest, workload, pagesPerTransaction, requestBytes, responseBytes, seconds, seed } = header;
  const series = header.points.map((point, index) => ({
    metric: 'tps' as const,
    subject: point.mode,
    axes: {
      ...{ guest, ...point, pollUs: point.pollUs ?? null },
      ...{ workload, pagesPerTransaction, requestBytes, responseBytes },
    },
    conditions: { seconds, seed },
    values: ratesOf(index, false),
    withinFloor: false,
  }));
  const twins = [{ metric: 'tps' as const, first: ratesOf(header.twin, false), second: ratesOf(header.twin, true) }];
  return { series: series.filter(({ values }) => values.length > 0), twins };
}

function ofMigrations({ header, runs }: Migrations): Measurements {
  const { guest, workload, pagesPerTransaction, connections, downtimeMs, seconds, seed, twin } = header;
  const downtimesOf = (index: number, isTwin: boolean) =>
    runs.filter((run) => run.point === index && run.twin === isTwin).map(({ move }) => downtimeNs(move));
  const pair = (index: number) => ({ first: downtimesOf(index, false), second: downtimesOf(index, true) });
  const twins = twin === null ? [] : [{ metric: 'downtime' as const, ...pair(twin) }];
  const series = header.points.map((point, index) => ({
    metric: 'downtime' as const,
    subject: point.mode,
    axes: { guest, ...point, workload, pagesPerTransaction, connections, downtimeMs },
    conditions: { seconds, seed },
    values: downtimesOf(index, false),
    withinFloor: false,
  }));
  return { series: series.filter(({ values }) => values.length > 0), twins };
}
