import { pageBytes, parseSize } from '../base/size.js';
import { type Question, usualGuest } from '../reports/analysis/advice/question.js';
import type { AnalysedPoint } from '../reports/analysis/point.js';
import { cacheStateOf } from '../results/cache.js';

/** What each slider goes from and to: bytes of memory, pages between two I/Os, and I/Os per second. */
export const spans = {
  memory: { least: 64 * 2 ** 20, most: 2 ** 40 },
  pages: { least: 1, most: 2 ** 20 },
  io: { least: 1, most: 100_000 },
} as const;

/**
 * The question in an address. Settings are written as the flags of `dirtybench advise`, but `io` is --io-frequency, and `budget` a
 * percentage without its sign. Nothing is refused: what is missing or unknown is a default (memory, pages and I/Os those of the README's
 * first question), a number beyond a slider's span the nearest in it, and pages or I/Os that are no number the least. A recording says
 * itself how many pages it writes.
 */
export function askedIn(settings: Readonly<Record<string, string>>, points: readonly AnalysedPoint[]): Question {
  const guests = [...new Set(points.map(({ guest }) => guest))];
  const memoryBytes = within(parseSize(settings.memory ?? '') ?? 64 * 2 ** 30, spans.memory);
  const workloads = points.map(({ workload }) => workload);
  const workload =
    settings.workload !== undefined && workloads.includes(settings.workload) ? settings.workload : 'uniform';
  const recorded = points.find((point) => point.workload === workload && workload.startsWith('trace:'));
  const pages = recorded?.dirtyPages ?? Math.round(within(Number(settings.pages ?? 2000), spans.pages));
  const budget = Number(settings.budget);
  return {
    guest:
      settings.guest !== undefined && guests.includes(settings.guest) ? settings.guest : (usualGuest(guests) ?? ''),
    workload,
    memoryBytes,
    pages: Math.min(pages, Math.floor(memoryBytes / pageBytes)),
    ioFrequency: within(Number(settings.io ?? 500), spans.io),
    cache: cacheStateOf(settings.cache ?? '') ?? 'l2-cold',
    budget: budget > 0 && budget < 100 ? budget / 100 : null,
  };
}

function within(value: number, { least, most }: { readonly least: number; readonly most: number }): number {
  return Math.min(Math.max(Number.isFinite(value) ? value : least, least), most);
}
