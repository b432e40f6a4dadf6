import type { Analysis } from '../../reports/analysis/analysis.js';
import type { Cost } from '../../reports/analysis/cost.js';
import type { Duration } from '../../reports/analysis/estimate.js';
import type { AnalysedPoint } from '../../reports/analysis/point.js';
import type { Program } from '../../reports/analysis/program.js';
import type { Load, Schedule } from '../../reports/analysis/schedule.js';
import type { Setting } from '../../reports/analysis/setting.js';
import type { MeasuredTable1, Table1 } from '../../reports/analysis/table1.js';
import type { Winner } from '../../reports/analysis/winner.js';

// An analysis made up from a cost model of each tracker: what a report is drawn from, without measuring.

const gib = 2 ** 30;
const floorNs = 40;

/** Nanoseconds of a collect: fixed, for each page of memory, for each dirty page; and of marking a page. */
interface MadeUp {
  readonly fixed: number;
  readonly perPage: number;
  readonly perDirty: number;
  readonly mark: number;
}

const costs: Readonly<Record<string, MadeUp>> = {
  null: { fixed: floorNs, perPage: 0, perDirty: 0, mark: 1 },
  'flag-scan': { fixed: 60, perPage: 0.55, perDirty: 2, mark: 1.4 },
  'flag-scan-words': { fixed: 60, perPage: 0.13, perDirty: 5, mark: 1.4 },
  'bitmap-scan': { fixed: 60, perPage: 0.02, perDirty: 6, mark: 2.2 },
  'hierarchical-bitmap': { fixed: 120, perPage: 0.000002, perDirty: 11, mark: 4 },
  'flag-queue': { fixed: 60, perPage: 0, perDirty: 3.1, mark: 2.6 },
  'dirty-ring': { fixed: 90, perPage: 0, perDirty: 3.4, mark: 3 },
  'pml-buffer': { fixed: 130, perPage: 0, perDirty: 9, mark: 3.2 },
};

const setting: Setting = { guest: 'simulated', workload: 'uniform', cache: 'cold', vcpus: 1 };

function collectNs(scheme: string, pages: number, dirty: number): number {
  const cost = costs[scheme];
  if (cost === undefined) throw new Error(`no made-up cost of ${scheme}`);
  return cost.fixed + cost.perPage * pages + cost.perDirty * dirty;
}

function duration(ns: number, spread = 0.03): Duration {
  return { medianNs: ns, lowNs: ns * (1 - spread), highNs: ns * (1 + spread) };
}

function cost(ns: number): Cost {
  const outliers = { lowSevere: 0, lowMild: 0, highMild: 3, highSevere: 1, of: 5000 };
  const tails = [0, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9995, 0.9999];
  return {
    ...duration(ns),
    meanNs: ns * 1.04,
    p99Ns: ns * 1.4 + 200,
    p999Ns: ns * 1.9 + 3000,
    quantiles: tails.map((quantile) => ({
      quantile,
      ns: ns * (0.95 + 0.1 * quantile) + 2 * (1 / (1 - quantile)) ** 1.05,
    })),
    roundOutliers: { ...outliers, of: 5 },
    epochOutliers: outliers,
  };
}

function point(
  index: number,
  scheme: string,
  memoryBytes: number,
  dirty: number,
  over: Partial<Setting>,
): AnalysedPoint {
  const pages = memoryBytes / 4096;
  const collect = collectNs(scheme, pages, dirty);
  const run = (costs[scheme]?.mark ?? 0) * dirty + 30;
  return {
    ...setting,
    ...over,
    index,
    tracker: scheme,
    scheme,
    memoryBytes,
    memoryPages: pages,
    pagesPerEpoch: dirty,
    dirtyPages: dirty,
    ioFrequency: null,
    dirtyRate: null,
    ringEntries: null,
    epochs: 1000,
    rounds: 5,
    roundsAsked: 5,
    seed: 1,
    forcedExits: 0,
    run: cost(run),
    collect: cost(collect),
    kernel: null,
    total: duration(collect + run),
    floor: { ...duration(floorNs), index: 0, exact: true },
    withinFloor: scheme === 'null',
  };
}

/** What of the made-up measurements there is. */
export interface SampleSize {
  readonly schemes: readonly string[];
  readonly memories: readonly number[];
  readonly pages: readonly number[];
  readonly programs: readonly string[];
  /** Schemes that cannot be told from the floor. */
  readonly withinFloor: readonly string[];
}

export const wholeSample: SampleSize = {
  schemes: Object.keys(costs),
  memories: [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 16].map((size) => size * gib),
  pages: [1, 4, 16, 64, 256, 1024, 4096],
  programs: ['echo', 'postgres-select', 'postgres-tpcb', 'redis-get', 'redis-set', 'sqlite-insert', 'sqlite-wal'],
  withinFloor: [],
};

function winners(points: readonly AnalysedPoint[]): Winner[] {
  const cells = group(
    points.filter((each) => each.scheme !== 'null' && !each.workload.startsWith('trace:')),
    (each) => `${each.memoryBytes} ${each.pagesPerEpoch}`,
  );
  return (['collect', 'total'] as const).flatMap((kind) =>
    [...cells.values()].flatMap((cell): Winner[] => {
      const sorted = cell.toSorted((a, b) => a[kind].medianNs - b[kind].medianNs);
      const [first, ...others] = sorted;
      if (first === undefined || others.length === 0) return [];
      const ties = others.filter((other) => other[kind].lowNs <= first[kind].highNs);
      const next = others.find((other) => !ties.includes(other));
      return [
        {
          ...setting,
          ...duration(first[kind].medianNs),
          cost: kind,
          memoryBytes: first.memoryBytes,
          pagesPerEpoch: first.pagesPerEpoch,
          scheme: first.scheme,
          ties: ties.map((tie) => tie.scheme),
          next: next === undefined ? null : { scheme: next.scheme, ratio: next[kind].medianNs / first[kind].medianNs },
        },
      ];
    }),
  );
}

function load(frequencyHz: number, synchronisationNs: number): Load {
  const guestShare = Math.max(0, 1 - (frequencyHz * synchronisationNs) / 1e9);
  return {
    frequencyHz,
    guestShare,
    expectedShare: guestShare,
    lateness: guestShare === 0 ? null : { p50Ns: synchronisationNs, p99Ns: synchronisationNs / guestShare },
  };
}

function schedule(point: AnalysedPoint): Schedule[] {
  return (['none', 'paper'] as const).map((fixed) => {
    const fixedNs = fixed === 'none' ? 0 : 4.1e6;
    const synchronisation = fixedNs + point.collect.meanNs;
    return {
      guest: point.guest,
      workload: point.workload,
      cache: point.cache,
      vcpus: point.vcpus,
      index: point.index,
      scheme: point.scheme,
      memoryBytes: point.memoryBytes,
      pagesPerEpoch: point.pagesPerEpoch,
      fixed,
      fixedNs,
      standstillHz: 1e9 / synchronisation,
      grid: Array.from({ length: 61 }, (_, step) => load(10 ** (step / 10), synchronisation)),
      asked: null,
    };
  });
}

const paper = [
  { memoryBytes: gib / 2, asyncTps: 7075.42, syncTps: 184.66 },
  { memoryBytes: gib, asyncTps: 7163.67, syncTps: 164.0 },
  { memoryBytes: 4 * gib, asyncTps: 7213.12, syncTps: 80.72 },
];

function table1(points: readonly AnalysedPoint[]): Table1 {
  const rows = points.flatMap((each) => {
    const row = paper.find((one) => one.memoryBytes === each.memoryBytes);
    if (row === undefined || each.pagesPerEpoch !== 64 || each.scheme === 'null') return [];
    const tps = (ns: number) => 1e9 / (1e9 / row.asyncTps + 4.1e6 + ns);
    const near = (value: number) => ({ value, low: value * 0.99, high: value * 1.01 });
    return [
      {
        scheme: each.scheme,
        memoryBytes: each.memoryBytes,
        collect: duration(each.collect.medianNs),
        withinFloor: each.withinFloor,
        tps: near(tps(each.collect.medianNs)),
        scaledTps: near(tps(each.collect.medianNs * 14)),
      },
    ];
  });
  const measured: MeasuredTable1 = {
    ...setting,
    pagesPerEpoch: 64,
    scale: { kind: 'fitted', factor: 14, flagScanPerPageNs: 0.55, guest: 'simulated' },
    rows,
  };
  return {
    paper,
    derived: {
      rows: paper.map((row) => ({
        memoryBytes: row.memoryBytes,
        pages: row.memoryBytes / 4096,
        costNs: 1e9 / row.syncTps - 1e9 / row.asyncTps,
        ceilingTps: 1e9 / (1e9 / row.asyncTps + 4.1e6),
      })),
      perPageNs: 7.69,
      fixedNs: 4.1e6,
      r2: 0.998,
      ceilingTps: 235.6,
    },
    measured: rows.length === 0 ? [] : [measured],
    absent: rows.length === 0 ? 'no point has uniform writes and 64 pages per epoch' : null,
  };
}

function programs(points: readonly AnalysedPoint[]): Program[] {
  const cells = group(
    points.filter((each) => each.scheme !== 'null' && each.workload.startsWith('trace:')),
    (each) => `${each.workload} ${each.memoryBytes}`,
  );
  return [...cells.values()].flatMap((cell) => {
    const [first] = cell;
    if (first === undefined) return [];
    return [
      {
        guest: first.guest,
        workload: first.workload,
        cache: first.cache,
        vcpus: first.vcpus,
        memoryBytes: first.memoryBytes,
        pagesPerResponse: first.dirtyPages,
        costs: cell
          .toSorted((a, b) => a.collect.medianNs - b.collect.medianNs)
          .map(({ scheme, collect, total, withinFloor }) => ({ scheme, collect, total, withinFloor })),
      },
    ];
  });
}

function group<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

/** The analysis of a run that measured this much. */
export function sampleAnalysis(size: SampleSize = wholeSample): Analysis {
  const cells = size.memories.flatMap((memory) =>
    size.pages.flatMap((dirty) => size.schemes.map((scheme) => ({ scheme, memory, dirty, over: {} }))),
  );
  const traces = size.programs.flatMap((program, index) =>
    [gib / 2, gib, 4 * gib].flatMap((memory) =>
      size.schemes.map((scheme) => ({
        scheme,
        memory,
        dirty: 4 + 9 * index,
        over: { workload: `trace:${program}` },
      })),
    ),
  );
  const points = [...cells, ...traces]
    .map((cell, index) => point(index, cell.scheme, cell.memory, cell.dirty, cell.over))
    .map((each) => ({ ...each, withinFloor: each.withinFloor || size.withinFloor.includes(each.scheme) }));
  const floors = points.filter((each) => each.scheme === 'null').map((each) => ({ ...each, ...duration(floorNs) }));
  return {
    run: {
      version: '0.1.0',
      sweep: 'report',
      command: 'dirtybench report --profile report --seed 1',
      startedAt: '2026-01-02T03:04:05.000Z',
      environment: {
        cpu: 'Made-up CPU | 3.00 GHz',
        cores: 2,
        l1dBytes: 32768,
        l2Bytes: 2 ** 20,
        l3Bytes: null,
        memoryBytes: 8 * gib,
        kernel: '6.1.0',
        arch: 'x64',
        hypervisor: null,
        governor: null,
        transparentHugePages: 'madvise',
        node: 'v20.20.2',
        v8: '11.3',
      },
      load: 0.4,
      footprintBytes: 2 ** 21,
      pointsAsked: points.length,
      rounds: points.length * 5 + 5,
      roundsAsked: points.length * 5 + 5,
      epochs: points.length * 5000 + 5000,
      seconds: 400,
      seeds: [1],
      skipped: [{ what: '4096 pages per epoch in 4M', why: 'more pages than the guest has' }],
      unavailable: [{ tracker: 'kvm-ring', why: 'no /dev/kvm', remedy: 'load the kvm module' }],
    },
    points,
    floor: floors,
    noise: {
      kind: 'measured',
      index: 0,
      first: duration(200),
      second: duration(203),
      rounds: 5,
      difference: { value: 0.015, low: -0.01, high: 0.03 },
      share: 0.03,
    },
    interference: [],
    models: [],
    crossovers: [],
    winners: winners(points),
    table1: table1(points),
    schedule: points.filter((each) => each.scheme !== 'null' && each.pagesPerEpoch === 64).flatMap(schedule),
    programs: programs(points),
    warnings: [{ kind: 'governor', text: 'the CPU governor is powersave', remedy: 'set it to performance' }],
  };
}
