import { join } from 'node:path';
import type { Migrations } from '../results/migrations.js';
import type { Results } from '../results/schema.js';
import type { SoakedComparisons } from '../results/soak.js';
import type { Transactions } from '../results/transactions.js';
import { analyse, analyseSynchronisation } from './analysis/analysis.js';
import type { History } from './analysis/compare/course.js';
import { analysisJson } from './analysis/document.js';
import { type Drawing, drawingsOf, synchronisationDrawings } from './charts/registry.js';
import { renderSvg } from './charts/svg.js';
import { chartFolder, type PlacingOptions, placeReport } from './folder.js';
import { reportPages, synchronisationMarkdown } from './markdown/report.js';
import type { Picture } from './markdown/section.js';
import { summaryText, synchronisationText } from './markdown/summary.js';
import { siteFiles, siteName } from './site.js';

/** What was written. */
export interface WrittenReport {
  /** What it says, as text for a terminal. */
  readonly summary: string;
  /** Path of `report.md`. */
  readonly report: string;
  /** Paths of all its pages, `report.md` among them. */
  readonly pages: readonly string[];
  /** Path of `analysis.json`. */
  readonly analysis: string;
  /** Paths of the charts' SVGs. */
  readonly charts: readonly string[];
  /** Path of the site's page; null where dirtybench was compiled without it. */
  readonly site: string | null;
}

/** How a report is placed, and what its site tells of earlier runs. */
export interface SiteOptions extends PlacingOptions {
  /** Of each host, its runs, this one among them. */
  readonly histories?: readonly History[];
}

/** How a report is placed, and what else it tells. */
export interface ReportOptions extends SiteOptions {
  /** What soaks of comparisons found. */
  readonly soaked?: readonly SoakedComparisons[];
}

/**
 * Writes the report of these results, and of transactions and migrations where they were measured, into a folder: `report.md`,
 * `analysis.json`, and in `charts/` each chart as SVG with its Vega-Lite specification beside it.
 * @throws ReportError if the folder cannot be written, or holds what dirtybench did not write.
 */
export async function writeReport(
  results: Results,
  folder: string,
  transactions: Transactions | null = null,
  migrations: Migrations | null = null,
  { soaked = [], histories = [], ...options }: ReportOptions = {},
): Promise<WrittenReport> {
  const analysis = analyse(results, transactions, migrations);
  const drawn = await drawCharts(drawingsOf(analysis));
  const texts = {
    json: analysisJson(analysis),
    pages: reportPages({ analysis, pictures: drawn.pictures, soaked }),
    site: siteFiles(analysis, histories),
  };
  return { ...place(folder, drawn, texts, options), summary: summaryText(analysis) };
}

/**
 * Writes a report of transactions and migrations alone, as `writeReport` writes one of a sweep.
 * @throws ReportError if the folder cannot be written, or holds what dirtybench did not write.
 */
export async function writeSynchronisationReport(
  transactions: Transactions | null,
  migrations: Migrations | null,
  folder: string,
  { histories = [], ...options }: SiteOptions = {},
): Promise<WrittenReport> {
  const analysis = analyseSynchronisation(transactions, migrations);
  const drawn = await drawCharts(synchronisationDrawings(analysis));
  const markdown = synchronisationMarkdown({ analysis, pictures: drawn.pictures });
  const pages = new Map([['report.md', markdown]]);
  const texts = { json: analysisJson(analysis), pages, site: siteFiles(analysis, histories) };
  return { ...place(folder, drawn, texts, options), summary: synchronisationText(analysis) };
}

/** Charts as they are shown, and the files that they take. */
interface Drawn {
  readonly pictures: readonly Picture[];
  readonly files: ReadonlyMap<string, string>;
}

async function drawCharts(drawings: readonly Drawing[]): Promise<Drawn> {
  const pictures: Picture[] = [];
  const files = new Map<string, string>();
  for (const { chart, guest, spec } of drawings) {
    // A results file comes from outside: a guest's name in it must not lead out of the folder.
    const subject = guest === null ? '' : `-${guest.replaceAll(/[^\w-]/g, '_')}`;
    const path = `${chartFolder}/${chart}${subject}`;
    files.set(`${path}.vl.json`, `${JSON.stringify(spec, null, 1)}\n`);
    files.set(`${path}.svg`, `${await renderSvg(spec)}\n`);
    pictures.push({ chart, guest, path: `${path}.svg` });
  }
  return { pictures, files };
}

/** What is written beside the charts. */
interface Texts {
  readonly json: string;
  /** With `report.md` last. */
  readonly pages: ReadonlyMap<string, string>;
  readonly site: ReadonlyMap<string, string>;
}

/** `report.md` comes last: once the new one is there, so is everything that it shows. */
function place(
  folder: string,
  { pictures, files }: Drawn,
  { json, pages, site }: Texts,
  options: PlacingOptions,
): Omit<WrittenReport, 'summary'> {
  placeReport(folder, new Map([...files, ...site, ['analysis.json', json], ...pages]), options);
  return {
    report: join(folder, 'report.md'),
    pages: [...pages.keys()].map((name) => join(folder, name)),
    analysis: join(folder, 'analysis.json'),
    charts: pictures.map(({ path }) => join(folder, path)),
    site: site.has(siteName) ? join(folder, siteName) : null,
  };
}
