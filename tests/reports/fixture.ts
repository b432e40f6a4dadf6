import { emptyHistogram, encodeHistogram } from '../../results/histogram.js';
import {
  type Environment,
  type Header,
  headerSchema,
  type Point,
  pointSchema,
  type Results,
  type Round,
  roundSchema,
  schemaVersion,
  type Timing,
} from '../../results/schema.js';

export const environment: Environment = {
  cpu: 'Model CPU',
  cores: 2,
  l1dBytes: 32768,
  l2Bytes: 1048576,
  l3Bytes: null,
  memoryBytes: 8 * 2 ** 30,
  kernel: '6.0.0',
  arch: 'x64',
  hypervisor: null,
  governor: null,
  transparentHugePages: null,
  node: '20.0.0',
  v8: '11.3',
  kvm: null,
};

/** A point of a made-up sweep: uniform writes of 64 pages to 512 MB, cold, unless said otherwise. */
export function pointOf(given: Partial<Point> & { tracker: string }): Point {
  return pointSchema.parse({
    guest: 'simulated',
    workload: 'uniform',
    memoryBytes: 512 * 2 ** 20,
    pagesPerEpoch: 64,
    ioFrequency: null,
    dirtyRate: null,
    cache: 'l2-cold',
    vcpus: 1,
    ringEntries: null,
    epochs: 100,
    rounds: 5,
    seed: 1,
    ...given,
  });
}

/** What one round of a point is to have measured. */
export interface Made {
  /** Nanoseconds of each epoch's collect; one number stands for all epochs. */
  readonly collectNs: number | readonly number[];
  /** Nanoseconds of an epoch's writes; 100 unless said. */
  readonly runNs?: number;
  /** Distinct pages of an epoch; those asked for, or 10, unless said. */
  readonly dirtyPages?: number;
  readonly forcedExits?: number;
  /** Of each collect, what went to kernel calls; it makes none, unless said. */
  readonly kernelNs?: number;
}

export interface Making {
  readonly header?: Partial<Header>;
  /** How many rounds of a point were finished; all, unless said. */
  readonly finished?: (index: number) => number;
  /** The twin's rounds; as the point's own, unless said. None for null. */
  readonly twin?: ((round: number) => Made) | null;
  readonly isolation?: Results['isolation'];
  readonly wrongSets?: Results['wrongSets'];
  readonly warnings?: readonly string[];
}

/** A results file in which every round measured what `made` says. It is valid by the schema. */
export function resultsOf(
  points: readonly Point[],
  made: (point: Point, round: number) => Made,
  making: Making = {},
): Results {
  const header = headerSchema.parse({
    kind: 'header',
    schema: schemaVersion,
    version: '0.0.0',
    sweep: 'fixture',
    command: 'dirtybench measure',
    startedAt: '2024-01-01T00:00:00Z',
    environment,
    load: 0,
    footprintBytes: 2097152,
    points,
    twin: 0,
    skipped: [],
    unavailable: [],
    ...making.header,
  });
  const rounds = points.flatMap((point, index) =>
    numbers(making.finished?.(index) ?? point.rounds).map((round) =>
      roundOf(point, index, round, made(point, round), false),
    ),
  );
  const index = header.twin ?? points.length;
  const pair = points[index];
  if (pair !== undefined && making.twin !== null) {
    const twin = making.twin ?? ((round: number) => made(pair, round));
    rounds.push(...numbers(pair.rounds).map((round) => roundOf(pair, index, round, twin(round), true)));
  }
  return {
    header,
    rounds,
    hosts: [],
    isolation: making.isolation ?? [],
    wrongSets: making.wrongSets ?? [],
    warnings: making.warnings ?? [],
  };
}

function numbers(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

function roundOf(point: Point, index: number, round: number, made: Made, twin: boolean): Round {
  const collects = typeof made.collectNs === 'number' ? [made.collectNs] : made.collectNs;
  return roundSchema.parse({
    kind: 'round',
    point: index,
    twin,
    beside: false,
    round,
    startedAt: '2024-01-01T00:00:00Z',
    seconds: 1,
    epochs: point.epochs,
    writes: point.epochs * 64,
    dirtyPages: point.epochs * (made.dirtyPages ?? point.pagesPerEpoch ?? 10),
    forcedExits: made.forcedExits ?? 0,
    writesHash: 'hash',
    run: timingOf([made.runNs ?? 100], point.epochs),
    collect: timingOf(collects, point.epochs),
    kernel: made.kernelNs === undefined ? null : timingOf([made.kernelNs], point.epochs),
  });
}

/** Epochs that take the given times in turn. */
export function timingOf(durations: readonly number[], epochs: number): Timing {
  const histogram = emptyHistogram();
  const all = numbers(epochs).map((epoch) => durations[epoch % durations.length] as number);
  for (const duration of all) histogram.recordValue(Math.round(duration));
  const sorted = all.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * epochs) - 1)] as number;
  return {
    minNs: at(0),
    medianNs: at(0.5),
    meanNs: all.reduce((sum, duration) => sum + duration, 0) / epochs,
    p99Ns: at(0.99),
    p999Ns: at(0.999),
    maxNs: at(1),
    histogram: encodeHistogram(histogram),
  };
}

/** A factor near 1 that differs from round to round, the same each time: within `most` up or down. */
export function jitter(round: number, most: number): number {
  return 1 + most * (((round * 37 + 11) % 21) / 10 - 1);
}
