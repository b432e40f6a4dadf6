import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { z } from 'zod';
import {
  type Header,
  headerSchema,
  type Interference,
  type Results,
  type ResultsRecord,
  type Round,
  recordSchema,
} from './schema.js';

/** A results file that cannot be read or written; the message names the file, and the line where there is one. */
export class ResultsError extends Error {
  override readonly name = 'ResultsError';
}

/**
 * Reads a results file. A last line without its line break was being written when the run was killed: it is dropped,
 * with a warning. Null: nothing in the file is finished, not even the header.
 * @throws ResultsError if the file cannot be read or a line is not what it should be.
 */
export function readResults(path: string): Results | null {
  return parseResults(readText(path), path).results;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ResultsError(`cannot read results file '${path}': ${reason(error)}`);
  }
}

/** The results in `text`, and how many bytes of it are whole lines. */
function parseResults(text: string, path: string): { results: Results | null; wholeBytes: number } {
  const end = text.lastIndexOf('\n') + 1;
  const warnings =
    end === text.length ? [] : [`${path}: the last line is torn (the run was killed while writing it); it was dropped`];
  const wholeBytes = Buffer.byteLength(text.slice(0, end));
  const [first, ...rest] = text.slice(0, end).split('\n').slice(0, -1);
  if (first === undefined) return { results: null, wholeBytes };
  const header = parseLine(first, headerSchema, path, 1);
  const rounds: Round[] = [];
  const interference: Interference[] = [];
  rest.forEach((line, index) => {
    const record = parseLine(line, recordSchema, path, index + 2);
    if (record.point >= header.points.length) {
      throw new ResultsError(`${path}, line ${index + 2}: point ${record.point} of ${header.points.length} points`);
    }
    if (record.kind === 'round') rounds.push(record);
    else interference.push(record);
  });
  return { results: { header, rounds, interference, warnings }, wholeBytes };
}

function parseLine<T>(line: string, schema: z.ZodType<T>, path: string, number: number): T {
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
export class ResultsFile {
  readonly #descriptor: number;
  /** What the file already held. */
  readonly held: Results;

  private constructor(descriptor: number, held: Results) {
    this.#descriptor = descriptor;
    this.held = held;
  }

  /**
   * Opens the file, or makes it with this header. What is finished in it is kept; a torn last line is cut off.
   * @throws ResultsError if the file cannot be written or was started with another header.
   */
  static open(path: string, header: Header): ResultsFile {
    const { results, wholeBytes } = existsSync(path)
      ? parseResults(readText(path), path)
      : { results: null, wholeBytes: 0 };
    if (results !== null) refuseDifference(path, results.header, header);
    const descriptor = openForWriting(path);
    ftruncateSync(descriptor, wholeBytes);
    if (results !== null) return new ResultsFile(descriptor, results);
    const file = new ResultsFile(descriptor, { header, rounds: [], interference: [], warnings: [] });
    file.#write(header);
    return file;
  }

  append(record: ResultsRecord): void {
    this.#write(record);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #write(line: Header | ResultsRecord): void {
    writeSync(this.#descriptor, `${JSON.stringify(line)}\n`);
    fsyncSync(this.#descriptor);
  }
}

function openForWriting(path: string): number {
  try {
    return openSync(path, 'a');
  } catch (error) {
    throw new ResultsError(`cannot write results file '${path}': ${reason(error)}`);
  }
}

/** What a resumed run must have in common with the one it goes on with, and what it is if it has not. */
const sameRun = {
  points: 'other points',
  version: 'another version of dirtybench',
  environment: 'another machine, kernel or Node',
  footprintBytes: 'another cache footprint',
} satisfies Partial<Record<keyof Header, string>>;

function refuseDifference(path: string, held: Header, wanted: Header): void {
  for (const [key, what] of Object.entries(sameRun)) {
    if (JSON.stringify(held[key as keyof Header]) === JSON.stringify(wanted[key as keyof Header])) continue;
    throw new ResultsError(`'${path}' holds another run (${what}): name another file with --out, or remove it`);
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
