import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { parse } from 'yaml';
import { UsageError } from './problem.js';
import { parseSweep, type Sweep } from './sweep.js';

const standardInput = 0;

/**
 * Reads a sweep file: YAML, of which JSON is a part. `-` is standard input.
 * @throws UsageError if it cannot be read or says something that is not a sweep.
 */
export function readSweepFile(path: string): Sweep {
  const sweep = parseSweep(parseYaml(path), path);
  return { ...sweep, name: sweep.name ?? (path === '-' ? 'sweep' : basename(path, extname(path))) };
}

function parseYaml(path: string): unknown {
  const text = readText(path);
  let parsed: unknown;
  try {
    parsed = parse(text);
  } catch (error) {
    throw new UsageError(`${path}: not YAML or JSON: ${firstLine(error)}`);
  }
  if (typeof parsed === 'object' && parsed !== null && Object.keys(parsed).length > 0 && !Array.isArray(parsed))
    return parsed;
  throw new UsageError(
    `${path}: ${nothingIn(parsed)}; a sweep file names axes, for example 'tracker: [flag-scan, flag-queue]'`,
  );
}

function nothingIn(parsed: unknown): string {
  if (Array.isArray(parsed) && parsed.length > 0) return 'a list is no sweep';
  return typeof parsed === 'object' ? 'it is empty' : `'${String(parsed)}' is no sweep`;
}

function readText(path: string): string {
  try {
    return readFileSync(path === '-' ? standardInput : path, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read sweep file '${path}': ${firstLine(error)}`);
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
