import { type Analysis, analyse } from '../../reports/analysis/analysis.js';
import type { Migrations } from '../../results/migrations.js';
import type { Results } from '../../results/schema.js';
import type { Transactions } from '../../results/transactions.js';
import { jitter, type Making, pointOf, resultsOf } from './fixture.js';

const gib = 2 ** 30;

/** Nanoseconds of a collect: fixed, for each page of memory, for each dirty page; and of marking one. */
interface MadeUp {
  readonly fixed: number;
  readonly perPage: number;
  readonly perDirty: number;
  readonly mark: number;
}

const costs: Readonly<Record<string, MadeUp>> = {
  null: { fixed: 40, perPage: 0, perDirty: 0, mark: 1 },
  'flag-scan': { fixed: 60, perPage: 0.55, perDirty: 2, mark: 1.4 },
  'flag-scan-words': { fixed: 60, perPage: 0.13, perDirty: 5, mark: 1.4 },
  'bitmap-scan': { fixed: 60, perPage: 0.02, perDirty: 6, mark: 2.2 },
  'hierarchical-bitmap': { fixed: 120, perPage: 0.000002, perDirty: 11, mark: 4 },
  'flag-queue': { fixed: 60, perPage: 0, perDirty: 3.1, mark: 5 },
  'dirty-ring': { fixed: 90, perPage: 0, perDirty: 3.4, mark: 3 },
  'pml-buffer': { fixed: 130, perPage: 0, perDirty: 9, mark: 3.2 },
};

/** What is measured beside the schemes. */
const besides: Readonly<Record<string, MadeUp>> = {
  'limit-read': { fixed: 50, perPage: 0.015, perDirty: 0, mark: 1 },
  'limit-touch': { fixed: 50, perPage: 0, perDirty: 1, mark: 4 },
  'library-set': { fixed: 80, perPage: 0, perDirty: 7, mark: 60 },
  'library-roaring': { fixed: 300, perPage: 0, perDirty: 2.5, mark: 80 },
};

/** On guests with real memory; a quarter of each collect goes to kernel calls. */
const real: Readonly<Record<string, MadeUp & { readonly guest: string }>> = {
  'kvm-null': { guest: 'kvm', fixed: 1000, perPage: 0, perDirty: 0, mark: 3000 },
  'kvm-bitmap': { guest: 'kvm', fixed: 20_000, perPage: 0.05, perDirty: 20, mark: 3400 },
  'kvm-ring': { guest: 'kvm', fixed: 12_000, perPage: 0, perDirty: 30, mark: 3900 },
  'process-null': { guest: 'process', fixed: 900, perPage: 0, perDirty: 0, mark: 100 },
  'pagemap-scan': { guest: 'process', fixed: 2000, perPage: 3.5, perDirty: 20, mark: 2700 },
};

/** What of the made-up sweep is measured. */
export interface SampleSize {
  readonly trackers: readonly string[];
  readonly memories: readonly number[];
  readonly pages: readonly number[];
  readonly programs: readonly string[];
  /** Trackers whose collect costs what the floor does. */
  readonly withinFloor: readonly string[];
  /** How many times the made-up cost of a tracker it shall have. */
  readonly slower: Readonly<Record<string, number>>;
  readonly making: Making;
}

export const wholeSample: SampleSize = {
  trackers: Object.keys(costs),
  memories: [1 / 16, 1 / 2, 1, 4, 16].map((size) => size * gib),
  pages: [1, 64, 4096],
  programs: ['echo', 'redis-set', 'sqlite-wal'],
  withinFloor: [],
  slower: {},
  making: {},
};

/** A sweep with the limits and with sets of libraries. */
export const sampleWithLimits: Partial<SampleSize> = {
  trackers: ['null', 'flag-scan', 'bitmap-scan', 'flag-queue', ...Object.keys(besides)],
  pages: [1, 64, 4096, 65536],
};

/** A sweep with the paper's two ways simulated and with real guests. */
export const sampleWithReal: Partial<SampleSize> = {
  trackers: ['null', 'flag-scan', 'flag-queue', ...Object.keys(real)],
  memories: [1 / 2, 4, 64].map((size) => size * gib),
  pages: [64],
  programs: [],
};

/** Results made up from a cost model of each tracker: what a report is written from, without measuring. */
export function sampleResults(size: Partial<SampleSize> = {}): Results {
  const { trackers, memories, pages, programs, withinFloor, slower, making } = { ...wholeSample, ...size };
  const synthetic = memories.flatMap((memoryBytes) =>
    pages.flatMap((pagesPerEpoch) =>
      trackers.map((tracker) =>
        pointOf({ guest: real[tracker]?.guest ?? 'simulated', tracker, memoryBytes, pagesPerEpoch, rounds: 5 }),
      ),
    ),
  );
  const recorded = programs.flatMap((program) =>
    [gib / 2, gib, 4 * gib].flatMap((memoryBytes) =>
      trackers.map((tracker) =>
        pointOf({ tracker, memoryBytes, pagesPerEpoch: null, workload: `trace:${program}`, epochs: 20, rounds: 5 }),
      ),
    ),
  );
  return resultsOf(
    [...synthetic, ...recorded],
    (point, round) => {
      const cost = { ...costs, ...besides, ...real }[withinFloor.includes(point.tracker) ? 'null' : point.tracker];
      if (cost === undefined) throw new Error(`no made-up cost of ${point.tracker}`);
      const dirtyPages = point.pagesPerEpoch ?? 4 + 9 * programs.indexOf(point.workload.slice('trace:'.length));
      const collect = cost.fixed + cost.perPage * (point.memoryBytes / 4096) + cost.perDirty * dirtyPages;
      const once = collect * (slower[point.tracker] ?? 1) * jitter(round, 0.02);
      return {
        collectNs: [...Array.from({ length: 19 }, (_, epoch) => once * (1 + epoch / 200)), once * 1.6 + 900],
        runNs: 30 + cost.mark * dirtyPages,
        dirtyPages,
        ...(point.guest === 'simulated' ? {} : { kernelNs: once / 4 }),
      };
    },
    making,
  );
}

const analyses = new Map<string, Analysis>();

/** The analysis of such results, and of transactions and migrations; many tests look at the same one, which takes a second. */
export function sampleAnalysis(
  size: Partial<SampleSize> = {},
  transactions: Transactions | null = null,
  migrations: Migrations | null = null,
): Analysis {
  const key = JSON.stringify([size, transactions, migrations]);
  const analysis = analyses.get(key) ?? analyse(sampleResults(size), transactions, migrations);
  analyses.set(key, analysis);
  return analysis;
}
