import { InvalidArgumentError } from 'commander';
import { pageBytes } from '../../base/size.js';
import { guestNames } from '../../guests/registry.js';
import { axesSchema } from '../../measure/axes.js';
import { UsageError } from '../../measure/problem.js';
import { type Question, usualGuest } from '../../reports/analysis/advice/question.js';
import { cacheStateOf } from '../../results/cache.js';
import { checkWorkloadName, tracePages } from '../../workloads/registry.js';

/** What a command line says of a guest; what it leaves out is asked of a running one, or is a default. */
export interface QuestionFlags {
  readonly guest?: string;
  readonly workload: string;
  readonly memory?: string;
  readonly pages?: string;
  readonly dirtyRate?: string;
  readonly ioFrequency?: string;
  readonly cache: string;
  readonly budget?: number;
}

/** What was found of a running guest. */
export interface Found {
  readonly memoryBytes: number;
  readonly pages: number;
  readonly ioFrequency: number;
}

/** Reads a share, as `5%` or `0.05`. @throws InvalidArgumentError if it is none. */
export function shareOf(text: string): number {
  const [, digits = '', percent] = /^(\d*\.?\d+)\s*(%?)$/.exec(text.trim()) ?? [];
  const share = Number(digits) / (percent === '%' ? 100 : 1);
  if (digits !== '' && share > 0 && share < 1) return share;
  throw new InvalidArgumentError('write a share of the guest’s time as 5%.');
}

/**
 * The question that flags ask, with what was found of a running guest in place of what they leave out.
 * @throws UsageError that names the flag and the value; WorkloadError.
 */
export function questionOf(flags: QuestionFlags, measuredGuests: readonly string[], found?: Found): Question {
  const { guest, memory, pages, dirtyRate, ioFrequency, cache, workload } = flags;
  const memoryBytes = memory === undefined ? found?.memoryBytes : axisValue('memory', memory);
  const frequency = ioFrequency === undefined ? found?.ioFrequency : axisValue('io-frequency', ioFrequency);
  if (memoryBytes === undefined) throw new UsageError('how large is the guest? Give --memory, as 64G');
  if (frequency === undefined) throw new UsageError('how many I/Os per second does it do? Give --io-frequency, as 500');
  if (pages !== undefined && dirtyRate !== undefined) {
    throw new UsageError('--pages and --dirty-rate both say what is written: give one');
  }
  checkWorkloadName(workload);
  const written = pagesOf(flags, frequency) ?? found?.pages;
  if (written === undefined) {
    throw new UsageError(
      'how much does it write? Give --pages between two I/Os, --dirty-rate a second, or --workload trace:NAME',
    );
  }
  const memoryPages = memoryBytes / pageBytes;
  if (written > memoryPages)
    throw new UsageError(`${written} pages are more than the ${memoryPages} of the guest's memory`);
  if (guest !== undefined && !measuredGuests.includes(guest)) {
    throw new UsageError(`no guest '${guest}' was measured: there are ${measuredGuests.join(', ')}, or give --measure`);
  }
  return {
    guest: guest ?? usualGuest(measuredGuests) ?? guestNames[0],
    workload,
    memoryBytes,
    pages: written,
    ioFrequency: frequency,
    cache: cacheStateOf(cache) ?? 'l2-cold',
    budget: flags.budget ?? null,
  };
}

function pagesOf({ pages, dirtyRate, workload }: QuestionFlags, ioFrequency: number): number | undefined {
  if (workload.startsWith('trace:')) {
    if (pages === undefined && dirtyRate === undefined) return tracePages(workload);
    throw new UsageError(
      `workload '${workload}' says itself how many pages are written: leave --pages and --dirty-rate out`,
    );
  }
  if (dirtyRate === undefined) return pages === undefined ? undefined : axisValue('pages', pages);
  return Math.max(1, Math.round(axisValue('dirty-rate', dirtyRate) / ioFrequency));
}

/** One value of an axis, read as a sweep reads it. @throws UsageError */
export function axisValue(name: 'memory' | 'pages' | 'dirty-rate' | 'io-frequency', text: string): number {
  const parsed = axesSchema.safeParse({ [name]: text });
  if (!parsed.success) throw new UsageError(`--${name}: ${parsed.error.issues[0]?.message}`);
  const [value, ...more] = parsed.data[name] ?? [];
  if (value === undefined || more.length > 0) throw new UsageError(`--${name} '${text}': give one value`);
  return value;
}
