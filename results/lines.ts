import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import type { z } from 'zod';
import { UserError } from '../base/usererror.js';
import { LockedError, lock } from './lock.js';

/** A results file that cannot be read or written; the message names the file, and the line where there is one. */
export class ResultsError extends UserError {
  override readonly name = 'ResultsError';
}

/** The finished lines of a results file. */
export interface WholeLines {
  readonly lines: readonly string[];
  /** Bytes that they take. */
  readonly bytes: number;
  /** What stands behind the last of them: a line that is not finished; empty where there is none. */
  readonly torn: string;
  /** What was wrong with the file and is left out, each a line for the user. */
  readonly warnings: readonly string[];
}

/** The lines of a stream, which cannot be read back: none. */
export const noLines: WholeLines = { lines: [], bytes: 0, torn: '', warnings: [] };

/**
 * Reads the lines of a results file. A last line without its line break was being written when the run was killed: it is
 * dropped, with a warning.
 * @throws ResultsError if the file cannot be read.
 */
export function readLines(path: string): WholeLines {
  return wholeLines(readText(path), path);
}

/** The finished lines in the text of a results file; `path` names it in warnings. */
export function wholeLines(text: string, path: string): WholeLines {
  const end = text.lastIndexOf('\n') + 1;
  const warnings =
    end === text.length ? [] : [`${path}: the last line is torn (the run was killed while writing it); it was dropped`];
  const whole = text.slice(0, end);
  return {
    lines: whole.split('\n').slice(0, -1),
    bytes: new TextEncoder().encode(whole).length,
    torn: text.slice(end),
    warnings,
  };
}

function readText(path: string): string {
  refuseDevice(path);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ResultsError(`cannot read results file '${path}': ${reason(error)}`);
  }
}

/**
 * Refuses a file in which the same is measured twice: two processes wrote it at once, or two files were joined.
 * `keys`: what each line after the header is, null where it does not matter.
 * @throws ResultsError that names both lines.
 */
export function refuseTwice(path: string, keys: readonly (string | null)[]): void {
  const seen = new Map<string, number>();
  keys.forEach((key, index) => {
    if (key === null) return;
    const first = seen.get(key);
    if (first !== undefined) {
      throw new ResultsError(`${path}, lines ${first} and ${index + 2}: both are ${key}: remove one of them`);
    }
    seen.set(key, index + 2);
  });
}

/** How the first line of every results file begins. */
const headerStart = '{"kind":"';

/**
 * Refuses to begin a results file in a file that holds something else: whatever is no finished line there would be cut off.
 * @throws ResultsError if no line is finished, and what there is does not begin as a header does.
 */
export function refuseForeign(path: string, { lines, torn }: WholeLines): void {
  if (lines.length > 0 || torn.startsWith(headerStart) || headerStart.startsWith(torn)) return;
  throw new ResultsError(`'${path}' holds something that is no results file: name another file with --out`);
}

/**
 * The fields of a header that a resumed run must have in common with the file that it goes on with, each with what the message says of
 * a file where it differs, as `other points`.
 */
export type SameRun<H> = { readonly [Field in keyof H]?: string };

/** @throws ResultsError if a file is of another run than the one that is to go on in it. */
export function refuseOtherRun<H>(path: string, held: H, wanted: H, same: SameRun<H>): void {
  for (const [field, what] of Object.entries(same)) {
    if (JSON.stringify(held[field as keyof H]) === JSON.stringify(wanted[field as keyof H])) continue;
    throw new ResultsError(`'${path}' holds another run (${what}): name another file with --out, or remove it`);
  }
}

/** Reads line `number` (from 1) of a results file. @throws ResultsError if it is not what it should be. */
export function parseLine<T>(line: string, schema: z.ZodType<T>, path: string, number: number): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new ResultsError(`${path}, line ${number}: not JSON: '${line.slice(0, 60)}'`);
  }
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.path.join() === 'kind') refuseKind(value, path, number);
  if (issue?.code === 'invalid_value' && issue.path.join() === 'schema') refuseVersion(path, issue);
  throw new ResultsError(
    `${path}, line ${number}: ${issue?.path.join('.') || 'line'}: ${issue?.message ?? 'not valid'}`,
  );
}

/** What writes a file whose first line is of that kind, and what reads it. */
const headers: Readonly<Record<string, { readonly writer: string; readonly reader: string }>> = {
  header: { writer: 'measure', reader: '--from' },
  transactions: { writer: 'table1', reader: '--transactions' },
  migrations: { writer: 'downtime', reader: '--migrations' },
};

/** @throws ResultsError that says what a line is, if it is the header of another kind of file, or a second one. */
function refuseKind(value: unknown, path: string, number: number): void {
  const header = headers[kindOf(value) ?? ''];
  if (header === undefined) return;
  const what = `what \`dirtybench ${header.writer}\` wrote`;
  throw new ResultsError(
    number === 1
      ? `'${path}' holds ${what}: give it to \`dirtybench report ${header.reader}\``
      : `${path}, line ${number}: here begins a second file of ${what}: take them apart; \`dirtybench compare\` takes several`,
  );
}

function kindOf(value: unknown): string | null {
  return typeof value === 'object' && value !== null && 'kind' in value ? String(value.kind) : null;
}

/** @throws ResultsError that says which dirtybench wrote the file. */
function refuseVersion(path: string, { values, input }: z.core.$ZodIssueInvalidValue): never {
  const known = Math.max(...values.map(Number));
  const age =
    Number(input) > known ? 'a newer dirtybench: read it with that one' : 'an older dirtybench: measure again';
  throw new ResultsError(
    `'${path}' was written by ${age} (its schema is ${input}, this one reads ${values.join(' and ')})`,
  );
}

/** A results file open for appending, by this process alone: each line is on disk before `append` returns. */
export class LineWriter {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #unlock: () => void;

  /**
   * Opens the file, or makes it.
   * @throws ResultsError if it cannot, if it is no regular file, or if another process writes it.
   */
  constructor(path: string) {
    refuseDevice(path);
    this.#path = path;
    try {
      this.#unlock = lock(path);
    } catch (error) {
      throw new ResultsError(
        error instanceof LockedError ? error.message : `cannot write results file '${path}': ${reason(error)}`,
      );
    }
    try {
      this.#descriptor = openSync(path, 'a');
    } catch (error) {
      this.#unlock();
      throw new ResultsError(`cannot write results file '${path}': ${reason(error)}`);
    }
  }

  /** Cuts off what is in the file after these bytes. */
  keep(bytes: number): void {
    ftruncateSync(this.#descriptor, bytes);
  }

  /** @throws ResultsError if there is no room, or the file is not there any more. */
  append(line: unknown): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#descriptor, bytes, written);
      fsyncSync(this.#descriptor);
    } catch (error) {
      throw new ResultsError(
        `cannot write results file '${this.#path}': ${reason(error)}; every line before is kept, and the same command goes on from there`,
      );
    }
    this.#insistThere();
  }

  close(): void {
    closeSync(this.#descriptor);
    this.#unlock();
  }

  #insistThere(): void {
    const there = lookAt(this.#path);
    if (there?.ino === fstatSync(this.#descriptor).ino) return;
    throw new ResultsError(
      `results file '${this.#path}' was removed or replaced while it was being written: what was measured is lost`,
    );
  }
}

/** What lies at the path of a results file; undefined: nothing. @throws ResultsError if the file system does not say. */
export function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new ResultsError(`cannot look at results file '${path}': ${reason(error)}`);
  }
}

/** What is no regular file cannot be read again to go on; reading a device may never end. @throws ResultsError */
function refuseDevice(path: string): void {
  const there = lookAt(path);
  if (there === undefined || there.isFile()) return;
  throw new ResultsError(`'${path}' is ${there.isDirectory() ? 'a folder' : 'no regular file'}: results need a file`);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
