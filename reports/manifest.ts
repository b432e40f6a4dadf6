import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** The file in a report's folder that lists what dirtybench wrote there. */
export const manifestName = '.dirtybench-report.json';

const manifestSchema = z.strictObject({ files: z.array(z.string()) });

/** What an interrupted report leaves to go on from: results files and their locks. */
const unfinished = /^(?:\.report-.*|\w+\.partial\.jsonl(?:\.lock)?)$/;

/**
 * The files that dirtybench wrote into a folder, as paths from there; null if it wrote no report there, or before it kept a
 * list.
 */
export function readManifest(folder: string): ReadonlySet<string> | null {
  const path = join(folder, manifestName);
  if (!existsSync(path)) return null;
  return new Set(manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).files);
}

/** Keeps the list for the next report. */
export function writeManifest(folder: string, files: Iterable<string>): void {
  writeFileSync(join(folder, manifestName), `${JSON.stringify({ files: [...files] }, null, 1)}\n`);
}

/** Something in a folder that no report of dirtybench's has put there; null: a report may be written. */
export function foreignIn(folder: string): string | null {
  if (!existsSync(folder) || existsSync(join(folder, manifestName))) return null;
  return readdirSync(folder).find((name) => !unfinished.test(name)) ?? null;
}
