import { accessSync, constants, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyResults } from '../results/any.js';
import { type History, historiesOf } from './analysis/compare/course.js';
import { type Entry, entryOf, entrySchema } from './analysis/compare/entry.js';
import { courseChart } from './charts/courses.js';
import { renderSvg } from './charts/svg.js';
import { makeFolder, ReportError } from './folder.js';
import { type Charted, historyMark, historyMarkdown } from './markdown/history.js';

/** What differs by no more than this share is no change. */
const threshold = 0.05;

const pageName = 'history.md';
/** The time of a run, with what a file's name may not hold replaced: `2026-11-26T23-39-09.995Z.json`. */
const entryName = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:\.\d+)?Z\.json$/;

/** A history with a run that is not in its folder yet. */
export interface Continued {
  readonly entry: Entry;
  /** One for each host, in the order in which they first ran. */
  readonly histories: readonly History[];
}

/** Looks before measuring whether a history can be kept there. @throws ReportError if it cannot. */
export function prepareHistory(folder: string): void {
  inFolder(folder, () => {
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
    refuseForeignPage(folder);
    readEntries(folder);
  });
}

/**
 * The history in a folder, continued by a run; nothing is written. A run that is there already, known by when it began, is
 * replaced by the same.
 * @throws ReportError if the folder cannot be read, or holds a run that is none.
 */
export function continueHistory(folder: string, first: AnyResults, more: readonly AnyResults[]): Continued {
  const entry = entryOf(first, more);
  const before = inFolder(folder, () => (existsSync(folder) ? readEntries(folder) : []));
  const others = before.filter(({ startedAt }) => startedAt !== entry.startedAt);
  return { entry, histories: historiesOf([...others, entry], threshold) };
}

/**
 * Keeps the run in the folder, which is made if it is not there, and writes the history's page and charts anew.
 * @returns the path of the page
 * @throws ReportError if the folder cannot be written, or holds a page of that name that is no history's.
 */
export async function keepHistory(folder: string, { entry, histories }: Continued): Promise<string> {
  const drawn = await Promise.all(histories.map(draw));
  return inFolder(folder, () => {
    makeFolder(folder);
    refuseForeignPage(folder);
    replace(join(folder, `${entry.startedAt.replaceAll(':', '-')}.json`), entryText(entry));
    for (const { files } of drawn) for (const [name, text] of files) replace(join(folder, name), text);
    const page = join(folder, pageName);
    replace(page, historyMarkdown(drawn));
    return page;
  });
}

/** A history's chart, with the files that it takes. */
async function draw(history: History): Promise<Charted & { readonly files: ReadonlyMap<string, string> }> {
  const spec = courseChart(history);
  if (spec === null) return { history, chart: null, files: new Map() };
  // A host's name comes from outside: it must not lead out of the folder.
  const name = history.host === null ? 'history' : `history-${history.host.replaceAll(/[^\w.-]/g, '_')}`;
  const files = new Map([
    [`${name}.svg`, `${await renderSvg(spec)}\n`],
    [`${name}.vl.json`, `${JSON.stringify(spec, null, 1)}\n`],
  ]);
  return { history, chart: `${name}.svg`, files };
}

/** A line for each point, so that one run beside another shows what is new. */
function entryText({ series, twins, ...facts }: Entry): string {
  const lines = (items: readonly unknown[]) => items.map((item) => `  ${JSON.stringify(item)}`).join(',\n');
  const head = JSON.stringify(facts, null, 1).replace(/\n\}$/, '');
  return `${head},\n "series": [\n${lines(series)}\n ],\n "twins": [\n${lines(twins)}\n ]\n}\n`;
}

function readEntries(folder: string): Entry[] {
  return readdirSync(folder)
    .filter((name) => entryName.test(name))
    .map((name) => readEntry(join(folder, name)));
}

function readEntry(path: string): Entry {
  const text = readFileSync(path, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ReportError(`'${path}' is no run of a history (not JSON): remove it, or mend it`);
  }
  const parsed = entrySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ReportError(
    `'${path}' is no run of a history (${issue?.path.join('.')}: ${issue?.message}): remove it, or mend it`,
  );
}

function refuseForeignPage(folder: string): void {
  const page = join(folder, pageName);
  if (existsSync(page) && !readFileSync(page, 'utf8').startsWith(historyMark)) {
    throw new ReportError(`'${page}' was not written by dirtybench: name another folder with --history`);
  }
}

/** Whole or not at all, whenever it is interrupted. */
function replace(path: string, text: string): void {
  const beside = `${path}.new`;
  writeFileSync(beside, text);
  renameSync(beside, path);
}

/** @throws ReportError in place of what the file system says. */
function inFolder<T>(folder: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof ReportError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ReportError(`cannot keep the history in '${folder}': ${reason}`);
  }
}
