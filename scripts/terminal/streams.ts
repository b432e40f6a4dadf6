import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResultsError } from '../../results/lines.js';
import { isStream } from '../../results/stream.js';

const standardInput = 0;

/**
 * Where a results file can be read more than once: the path itself, or for a stream (`-` is standard input) a copy, which is
 * removed when this process ends.
 * @throws ResultsError if the stream cannot be read.
 */
export function readable(path: string): string {
  if (!isStream(path)) return path;
  const folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const copy = join(folder, 'standard-input.jsonl');
  try {
    writeFileSync(copy, readFileSync(path === '-' ? standardInput : path));
  } catch (error) {
    throw new ResultsError(`cannot read '${path}': ${error instanceof Error ? error.message : String(error)}`);
  }
  return copy;
}

/** Where to print what is for people: not among results that go to standard output. */
export function outputBeside(out: string): NodeJS.WriteStream {
  return isStream(out) ? process.stderr : process.stdout;
}
