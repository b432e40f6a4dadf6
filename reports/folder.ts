import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

function refuseForeign(folder: string): void {
  const foreign = foreignIn(folder);
  if (foreign !== null)
    throw new Error(`it holds '${foreign}', which is of no report: name another folder, or add --force`);
}

/**
 * Writes the report of these results, and of transactions and migrations where they were measured, into a folder: `report.md`,
 * `analysis.json`, and in `charts/` each chart as SVG with its Vega-Lite specification beside it. Everything is written
 * beside its place first and then renamed, `report.md` last: whenever it is interrupted, the report that is there is
 * whole, with all its charts. Only what an earlier report wrote there is replaced or removed, unless `force` is given.
 * @throws ReportError if the folder cannot be written, or a file that dirtybench did not write stands where one goes.
 */
export async function writeReport(
  results: Results,
  folder: string,
  transactions: Transactions | null = null,
  migrations: Migrations | null = null,
  force = false,
): Promise<WrittenReport> {
  const analysis = analyse(results, transactions, migrations);
  const { pictures, files } = await drawCharts(analysis);
  const texts = new Map([
    ...files,
    ['analysis.json', analysisJson(analysis)],
    ['report.md', reportMarkdown({ analysis, pictures })],
  ]);
  inFolder(folder, () => {
    const before = readManifest(folder) ?? new Set();
    if (!force) {
      refuseForeign(folder);
      refuseReplacing(folder, [...texts.keys()], before);
    }
    // What is there from now on is known before it is there: whatever interrupts this, the next report may replace it.
    makeFolder(folder);
    writeManifest(folder, new Set([...before, ...texts.keys()]));
    replaceFiles(folder, texts);
    removeStale(
      folder,
      [...before].filter((path) => !texts.has(path)),
    );
    writeManifest(folder, texts.keys());
  });
  return {
    table: toText(mainTable(analysis)),
    summary: summaryText(analysis),
    report: join(folder, 'report.md'),
    analysis: join(folder, 'analysis.json'),
    charts: pictures.map((picture) => join(folder, picture.path)),
  };
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

function refuseReplacing(folder: string, paths: readonly string[], ours: ReadonlySet<string>): void {
  const foreign = paths.find((path) => !ours.has(path) && existsSync(join(folder, path)));
  if (foreign === undefined) return;
  throw new Error(`dirtybench did not write the '${foreign}' that is there: name another folder, or add --force`);
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
