import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { z } from 'zod';

/** A results file that cannot be read or written; the message names the file, and the line where there is one. */
export class ResultsError extends Error {
  override readonly name = 'ResultsError';
}

/** The finished lines of a results file. */
export interface WholeLines {
  readonly lines: readonly string[];
  /** Bytes that they take. */
  readonly bytes: number;
  /** What was wrong with the file and is left out, each a line for the user. */
  readonly warnings: readonly string[];
}

/**
 * Reads the lines of a results file. A last line without its line break was being written when the run was killed: it is
 * dropped, with a warning.
 * @throws ResultsError if the file cannot be read.
 */
export function readLines(path: string): WholeLines {
  const text = readText(path);
  const end = text.lastIndexOf('\n') + 1;
  const warnings =
    end === text.length ? [] : [`${path}: the last line is torn (the run was killed while writing it); it was dropped`];
  const whole = text.slice(0, end);
  return { lines: whole.split('\n').slice(0, -1), bytes: Buffer.byteLength(whole), warnings };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ResultsError(`cannot read results file '${path}': ${reason(error)}`);
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
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ResultsError(
    `${path}, line ${number}: ${issue?.path.join('.') || 'line'}: ${issue?.message ?? 'not valid'}`,
  );
}

/** A results file open for appending: each line is on disk before `append` returns. */
export class LineWriter {
  readonly #descriptor: number;

  /** Opens the file, or makes it; what is in it after `keptBytes` is cut off. @throws ResultsError if it cannot. */
  constructor(path: string, keptBytes: number) {
    try {
      this.#descriptor = openSync(path, 'a');
    } catch (error) {
      throw new ResultsError(`cannot write results file '${path}': ${reason(error)}`);
    }
    ftruncateSync(this.#descriptor, keptBytes);
  }

  append(line: unknown): void {
    writeSync(this.#descriptor, `${JSON.stringify(line)}\n`);
    fsyncSync(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
