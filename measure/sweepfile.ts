import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { parse } from 'yaml';
import { UsageError } from './problem.js';
import { parseSweep, type Sweep } from './sweep.js';

/**
 * Reads a sweep file: YAML, of which JSON is a part.
 * @throws UsageError if it cannot be read or says something that is not a sweep.
 */
export function readSweepFile(path: string): Sweep {
  const sweep = parseSweep(parseYaml(path), path);
  return { ...sweep, name: sweep.name ?? basename(path, extname(path)) };
}

function parseYaml(path: string): unknown {
  const text = readText(path);
  try {
    return parse(text) ?? {};
  } catch (error) {
    throw new UsageError(`${path}: not YAML or JSON: ${firstLine(error)}`);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read sweep file '${path}': ${firstLine(error)}`);
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
