import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { UserError } from '../base/usererror.js';
import { foreignIn, readManifest, writeManifest } from './manifest.js';

/** A report that cannot be written; the message names the folder. */
export class ReportError extends UserError {
  override readonly name = 'ReportError';
}

/** Where in a report's folder its charts are. */
export const chartFolder = 'charts';
const temporary = '.report-';

/** The results files that a report is made from; null: a report without them. */
export interface Sources {
  readonly results: string | null;
  readonly transactions: string | null;
  readonly migrations: string | null;
  /** What `soak --json` printed. */
  readonly soak: string | null;
}

/**
 * Makes the folder of a report, if it is not there, and tries to write in it; to be called before measuring. `force`: it may
 * hold what dirtybench did not write.
 * @throws ReportError if it cannot be written, or holds such things.
 */
export function prepareFolder(folder: string, force = false): void {
  inFolder(folder, () => {
    if (!force) refuseForeign(folder);
    rmSync(openTemporary(folder), { recursive: true });
  });
}

function refuseForeign(folder: string, sources: readonly string[] = []): void {
  const foreign = foreignIn(
    folder,
    sources.map((path) => relative(folder, path)),
  );
  if (foreign !== null)
    throw new Error(`it holds '${foreign}', which is of no report: name another folder, or add --force`);
}

/** How a report takes its place in a folder. */
export interface PlacingOptions {
  /** Write even where the folder holds what dirtybench did not: files of the same names are replaced, all others stay. */
  readonly force?: boolean | undefined;
  /** Results files that the report is made from: they may lie in its folder. */
  readonly sources?: readonly string[];
}

/**
 * Writes the files of a report into a folder, by their paths from there. All of them are written to a temporary folder in it first,
 * and then renamed into place in the order of `texts`: if the report's page is the last, then whenever this is interrupted, every file
 * that the page there needs is there. A folder that holds anything but an earlier report and `sources` is left as it is, unless
 * `force` is given; what dirtybench did not write is never removed.
 * @throws ReportError if the folder cannot be written, or holds what dirtybench did not write.
 */
export function placeReport(
  folder: string,
  texts: ReadonlyMap<string, string>,
  { force = false, sources = [] }: PlacingOptions = {},
): void {
  inFolder(folder, () => {
    if (!force) refuseForeign(folder, sources);
    const before = readManifest(folder);
    // The new files are listed before they are there: if this is interrupted, the next report knows them as its own to replace.
    makeFolder(folder);
    writeManifest(folder, { files: [...before.files, ...texts.keys()], data: before.data });
    replaceFiles(folder, texts);
    removeStale(
      folder,
      before.files.filter((path) => !texts.has(path)),
    );
    writeManifest(folder, { files: [...texts.keys()], data: before.data });
  });
}

/**
 * Puts the results files beside the report made from them, under the names of `Sources`: moved if they were measured for it, in
 * the report's folder, copied if they were given.
 * @throws ReportError if the folder cannot be written, or as `insistNoneOverwritten` does; nothing is copied then.
 */
export function keepSources(folder: string, sources: Sources): void {
  insistNoneOverwritten(folder, sources);
  inFolder(folder, () => {
    for (const [name, path] of Object.entries(sources)) {
      const kept = keptName(name);
      if (path === null || resolve(path) === resolve(folder, kept)) continue;
      const { files, data } = readManifest(folder);
      writeManifest(folder, { files, data: [...data, kept] });
      if (resolve(path) === resolve(folder, partialName(name))) renameSync(path, join(folder, kept));
      else copyFileSync(path, join(folder, kept));
    }
  });
}

/**
 * A results file may lie in the report's folder, but not under the name that another one is kept under there.
 * @throws ReportError if one does: it would be overwritten, and is all that the user has of it.
 */
export function insistNoneOverwritten(folder: string, sources: Sources): void {
  const given = Object.entries(sources).flatMap(([name, path]) => (path === null ? [] : [{ name, path }]));
  for (const { name } of given) {
    const kept = join(folder, keptName(name));
    const lost = given.find((other) => other.name !== name && isSameFile(other.path, kept));
    if (lost !== undefined) {
      throw new ReportError(
        `cannot write the report to '${folder}': its ${keptName(name)} would overwrite '${lost.path}', which is read as ` +
          `${lost.name}: name another folder with --out`,
      );
    }
  }
}

/** Whether both are there and are one file, by whatever paths. */
function isSameFile(path: string, other: string): boolean {
  if (!existsSync(path) || !existsSync(other)) return false;
  const [one, two] = [statSync(path), statSync(other)];
  return one.dev === two.dev && one.ino === two.ino;
}

/** The name, in a report's folder, of a results file that it was made from. */
function keptName(name: string): string {
  return `${name}.jsonl`;
}

/** The name, in a report's folder, of a results file that is being measured for it. */
export function partialName(name: string): string {
  return `${name}.partial.jsonl`;
}

/** Writes all files beside their places, then renames them in order. */
function replaceFiles(folder: string, texts: ReadonlyMap<string, string>): void {
  const beside = openTemporary(folder);
  try {
    mkdirSync(join(beside, chartFolder));
    makeFolder(join(folder, chartFolder));
    for (const [path, text] of texts) writeFileSync(join(beside, path), text);
    for (const path of texts.keys()) renameSync(join(beside, path), join(folder, path));
  } finally {
    rmSync(beside, { recursive: true });
  }
}

function openTemporary(folder: string): string {
  makeFolder(folder);
  return mkdtempSync(join(folder, temporary));
}

/** As `mkdir -p`. Node's own, asked for a folder in `/proc`, tries without end. */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

/** Removes files of an earlier report that this one has not, and what an interrupted one left. */
function removeStale(folder: string, gone: readonly string[]): void {
  for (const path of gone) rmSync(join(folder, path), { force: true });
  for (const file of readdirSync(folder)) {
    if (file.startsWith(temporary)) rmSync(join(folder, file), { recursive: true });
  }
}

function inFolder(folder: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    throw new ReportError(
      `cannot write the report to '${folder}': ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
