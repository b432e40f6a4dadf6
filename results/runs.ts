import { z } from 'zod';
import { parseLine, ResultsError, readLines, refuseTwice, type SameRun, type WholeLines } from './lines.js';
import { RecordFile } from './recordfile.js';
import { environmentSchema } from './schema.js';

const count = z.int().nonnegative();

/** What the headers of the results files of `table1` and `downtime` have in common, beside kind, version and points. */
export const runsHeaderShape = {
  /** Version of dirtybench. */
  version: z.string(),
  /** What to type to measure this again. */
  command: z.string(),
  startedAt: z.iso.datetime(),
  /** Name of the machine; null where that was left out. Absent in files from before it was recorded. */
  host: z.string().nullable().optional(),
  /** Commit that was checked out where it was run, `-dirty` behind it where files differed; null outside of git. */
  commit: z.string().nullable().optional(),
  environment: environmentSchema,
  /** Load average over one minute when the run began. */
  load: z.number().nonnegative(),
  /** `kvm`, or `simulated` where there is no virtual machine; then why. */
  guest: z.enum(['kvm', 'simulated']),
  guestNote: z.string(),
  workload: z.string(),
  /** Pages that a transaction changes, with that of the guest's own count and table. */
  pagesPerTransaction: z.int().positive(),
  rounds: z.int().positive(),
  seed: count,
  /** Modes that cannot run on this machine, why, and what would make them. */
  unavailable: z.array(z.strictObject({ mode: z.string(), why: z.string(), remedy: z.string() })),
};

/** The header's fields that a resumed measurement must have in common with the one it goes on with. */
export const sameInAllRuns = {
  version: 'another version of dirtybench',
  environment: 'another machine, kernel or Node',
  guest: 'another kind of guest',
  workload: 'another workload',
  pagesPerTransaction: 'another number of pages per transaction',
  seed: 'another seed',
} satisfies Partial<Record<keyof typeof runsHeaderShape, string>>;

/** What every such round has: a line `run`. */
export const runShape = {
  kind: z.literal('run'),
  /** Index into the header's points. */
  point: count,
  round: count,
  startedAt: z.iso.datetime(),
  /** How long its processes were warmed up, in seconds, and whether their pace had stopped rising by then. */
  warmup: z.strictObject({ seconds: z.number().nonnegative(), steady: z.boolean() }).optional(),
  /** Share of all cores' time, while it was measured, in which they had nothing to do; null: the kernel does not say. */
  idleShare: z.number().min(0).max(1).nullable().optional(),
};

/** Memory and vCPU state at an epoch, where two sides were found to have the same, byte for byte. */
export const verifiedSchema = z.strictObject({ epoch: count, sha256: z.string(), pages: count });

/** What the header of a file of `run` lines has: the points that its rounds are of. */
export interface AnyHeader {
  readonly points: readonly unknown[];
}

/** What every round has: which point it is of. */
export interface AnyRun {
  /** Index into the header's points. */
  readonly point: number;
  readonly round: number;
  /** True for the second of an A/A pair. */
  readonly twin?: boolean;
  /** Absent in files from before it was recorded. */
  readonly warmup?: { readonly seconds: number; readonly steady: boolean } | undefined;
  /** Absent or null: not known. */
  readonly idleShare?: number | null | undefined;
}

/** A kind of results file: a header, then a line for each finished round of one of its points. */
export interface RunsFormat<H extends AnyHeader, R extends AnyRun> {
  readonly header: z.ZodType<H>;
  readonly run: z.ZodType<R>;
  readonly same: SameRun<H>;
}

/** A file of `run` lines, read. */
export interface Runs<H, R> {
  readonly header: H;
  readonly runs: readonly R[];
  readonly warnings: readonly string[];
}

/**
 * Reads a file of such rounds; null if nothing in it is finished.
 * @throws ResultsError if the file cannot be read or a line is not what it should be.
 */
export function readRuns<H extends AnyHeader, R extends AnyRun>(
  path: string,
  format: RunsFormat<H, R>,
): Runs<H, R> | null {
  return runsIn(readLines(path), path, format);
}

/** Reads the lines of a file of such rounds, as `readRuns` does. @throws ResultsError if a line is not what it should be. */
export function runsIn<H extends AnyHeader, R extends AnyRun>(
  { lines, warnings }: WholeLines,
  path: string,
  format: RunsFormat<H, R>,
): Runs<H, R> | null {
  const [first, ...rest] = lines;
  if (first === undefined) return null;
  const header = parseLine(first, format.header, path, 1);
  const runs = rest.map((line, index) => {
    const run = parseLine(line, format.run, path, index + 2);
    if (run.point < header.points.length) return run;
    throw new ResultsError(`${path}, line ${index + 2}: point ${run.point} of ${header.points.length} points`);
  });
  refuseTwice(path, runs.map(runKey));
  return { header, runs, warnings };
}

function runKey({ point, round, twin }: AnyRun): string {
  return `round ${round} of point ${point}${twin === true ? ' (second of the A/A pair)' : ''}`;
}

/** A file of such rounds open for appending. */
export class RunsFile<H extends AnyHeader, R extends AnyRun> extends RecordFile<R, H, Runs<H, R>> {
  /** @throws ResultsError if it cannot be written or was started with another header. */
  constructor(path: string, format: RunsFormat<H, R>, header: H) {
    super(path, { ...format, read: (lines) => runsIn(lines, path, format) }, header);
  }

  /** The rounds that it holds by now. */
  get runs(): readonly R[] {
    return [...this.held.runs, ...this.appended];
  }
}
