import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** The file in a report's folder that lists what dirtybench wrote there. */
export const manifestName = '.dirtybench-report.json';

/** What dirtybench wrote into a folder, as paths from there. */
export interface Manifest {
  /** The report: the next one replaces these, and removes those that it has not. */
  readonly files: readonly string[];
  /** Results files: the next report replaces these, but never removes one. */
  readonly data: readonly string[];
}

const empty: Manifest = { files: [], data: [] };

/** Whoever changes a manifest must not be able to have a file outside the folder removed. */
const writtenPath = z.string().regex(/^(?:charts\/)?\w[\w.-]*$/);

const manifestSchema = z.strictObject({
  files: z.array(writtenPath),
  data: z.array(writtenPath).default([]),
});

/** What an interrupted report leaves to go on from: results files and their locks, and files not yet in their place. */
const unfinished = /^(?:\.report-[^/]*(?:\/.*)?|\w+\.partial\.jsonl(?:\.lock)?)$/;

/**
 * What dirtybench wrote into a folder; nothing, if it wrote no report there.
 * @throws Error if the list is there and cannot be read as one.
 */
export function readManifest(folder: string): Manifest {
  const path = join(folder, manifestName);
  if (!existsSync(path)) return empty;
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    throw new Error(`its ${manifestName} is no list of a report's files: remove that file, and add --force`);
  }
}

/** Keeps the list for the next report. */
export function writeManifest(folder: string, { files, data }: Manifest): void {
  const distinct = { files: [...new Set(files)], data: [...new Set(data)] };
  writeFileSync(join(folder, manifestName), `${JSON.stringify(distinct, null, 1)}\n`);
}

/**
 * A file in a folder that no report of dirtybench's has put there, as a path from there; null: a report may be written.
 * `sources`: what the report is made from may lie where it goes.
 * @throws Error as `readManifest` does.
 */
export function foreignIn(folder: string, sources: readonly string[] = []): string | null {
  if (!existsSync(folder)) return null;
  const { files, data } = readManifest(folder);
  const known = new Set([manifestName, ...files, ...data, ...sources]);
  return filesIn(folder).find((path) => !known.has(path) && !unfinished.test(path)) ?? null;
}

/** What is in a folder, and in its `charts`, as paths from there. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() && entry.name === 'charts'
      ? readdirSync(join(folder, entry.name)).map((name) => `${entry.name}/${name}`)
      : [entry.name],
  );
}
