import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Migrations } from '../results/migrations.js';
import type { Results } from '../results/schema.js';
import type { Transactions } from '../results/transactions.js';
import { type Analysis, analyse } from './analysis/analysis.js';
import { analysisJson } from './analysis/document.js';
import { drawingsOf } from './charts/registry.js';
import { renderSvg } from './charts/svg.js';
import { foreignIn, readManifest, writeManifest } from './manifest.js';
import { reportMarkdown } from './markdown/report.js';
import type { Picture } from './markdown/section.js';
import { summaryText } from './markdown/summary.js';
import { toText } from './markdown/table.js';
import { mainTable } from './markdown/table1.js';

/** A report that cannot be written; the message names the folder. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
}

/** What was written. */
export interface WrittenReport {
  /** The main table as aligned text, for a terminal. */
  readonly table: string;
  /** What the results file says, as text for a terminal. */
  readonly summary: string;
  /** Paths of `report.md`, of `analysis.json`, and of the charts' SVGs. */
  readonly report: string;
  readonly analysis: string;
  readonly charts: readonly string[];
}

const chartFolder = 'charts';
const temporary = '.report-';

/** The results files that a report is made from. */
export interface Sources {
  readonly results: string;
  /** Null: a report without them. */
  readonly transactions: string | null;
  readonly migrations: string | null;
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

/**
 * Writes the report of these results, and of transactions and migrations where they were measured, into a folder: `report.md`,
 * `analysis.json`, and in `charts/` each chart as SVG with its Vega-Lite specification beside it. Everything is written
 * beside its place first and then renamed, `report.md` last: whenever it is interrupted, the report that is there is
 * whole, with all its charts. A folder that holds anything but an earlier report and `sources` is left as it is, unless
 * `force` is given; what dirtybench did not write is never removed.
 * @throws ReportError if the folder cannot be written, or holds what dirtybench did not write.
 */
export async function writeReport(
  results: Results,
  folder: string,
  transactions: Transactions | null = null,
  migrations: Migrations | null = null,
  { force = false, sources = [] }: { readonly force?: boolean | undefined; readonly sources?: readonly string[] } = {},
): Promise<WrittenReport> {
  const analysis = analyse(results, transactions, migrations);
  const { pictures, files } = await drawCharts(analysis);
  const texts = new Map([
    ...files,
    ['analysis.json', analysisJson(analysis)],
    ['report.md', reportMarkdown({ analysis, pictures })],
  ]);
  inFolder(folder, () => {
    if (!force) refuseForeign(folder, sources);
    const before = readManifest(folder);
    // What is there from now on is known before it is there: whatever interrupts this, the next report may replace it.
    makeFolder(folder);
    writeManifest(folder, { files: [...before.files, ...texts.keys()], data: before.data });
    replaceFiles(folder, texts);
    removeStale(
      folder,
      before.files.filter((path) => !texts.has(path)),
    );
    writeManifest(folder, { files: [...texts.keys()], data: before.data });
  });
  return {
    table: toText(mainTable(analysis)),
    summary: summaryText(analysis),
    report: join(folder, 'report.md'),
    analysis: join(folder, 'analysis.json'),
    charts: pictures.map((picture) => join(folder, picture.path)),
  };
}

/**
 * Puts the results files beside the report made from them, under the names of `Sources`: moved if they were measured for it, in
 * the report's folder, copied if they were given.
 * @throws ReportError if the folder cannot be written.
 */
export function keepSources(folder: string, sources: Sources): void {
  inFolder(folder, () => {
    for (const [name, path] of Object.entries(sources)) {
      const kept = `${name}.jsonl`;
      if (path === null || resolve(path) === resolve(folder, kept)) continue;
      const { files, data } = readManifest(folder);
      writeManifest(folder, { files, data: [...data, kept] });
      if (resolve(path) === resolve(folder, partialName(name))) renameSync(path, join(folder, kept));
      else copyFileSync(path, join(folder, kept));
    }
  });
}

/** The name, in a report's folder, of a results file that is being measured for it. */
export function partialName(name: string): string {
  return `${name}.partial.jsonl`;
}

/** Every chart that there is the data for, and the files it makes. */
async function drawCharts(analysis: Analysis): Promise<{ pictures: Picture[]; files: Map<string, string> }> {
  const pictures: Picture[] = [];
  const files = new Map<string, string>();
  for (const { chart, guest, spec } of drawingsOf(analysis)) {
    // A results file comes from outside: a guest's name in it must not lead out of the folder.
    const subject = guest === null ? '' : `-${guest.replaceAll(/[^\w-]/g, '_')}`;
    const path = `${chartFolder}/${chart}${subject}`;
    files.set(`${path}.vl.json`, `${JSON.stringify(spec, null, 1)}\n`);
    files.set(`${path}.svg`, `${await renderSvg(spec)}\n`);
    pictures.push({ chart, guest, path: `${path}.svg` });
  }
  return { pictures, files };
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
function makeFolder(folder: string): void {
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
