import { accessSync, constants, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyResults } from '../results/any.js';
import { historyOf } from './analysis/compare/course.js';
import { type Entry, entryOf, entrySchema } from './analysis/compare/entry.js';
import { courseChart } from './charts/courses.js';
import { renderSvg } from './charts/svg.js';
import { makeFolder, ReportError } from './folder.js';
import { historyMark, historyMarkdown } from './markdown/history.js';

/** What differs by no more than this share is no change. */
const threshold = 0.05;

const pageName = 'history.md';
const chartName = 'history.svg';
/** The time of a run, with what a file's name may not hold replaced: `2026-11-26T23-39-09.995Z.json`. */
const entryName = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:\.\d+)?Z\.json$/;

/**
 * Adds the summary of a run to the history in a folder, which is made if it is not there, and writes its page and chart anew. A
 * run that is there already, known by when it began, is replaced by the same.
 * @returns the path of the page
 * @throws ReportError if the folder cannot be read or written, or holds a page of that name that is no history's.
 */
export function addToHistory(folder: string, first: AnyResults, more: readonly AnyResults[]): Promise<string> {
  return add(folder, entryOf(first, more)).catch((error: unknown) => refuse(folder, error));
}

/** Looks before measuring whether a history can be kept there. @throws ReportError if it cannot. */
export function prepareHistory(folder: string): void {
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
    refuseForeignPage(folder);
    readEntries(folder);
  } catch (error) {
    refuse(folder, error);
  }
}

async function add(folder: string, entry: Entry): Promise<string> {
  makeFolder(folder);
  refuseForeignPage(folder);
  const others = readEntries(folder).filter(({ startedAt }) => startedAt !== entry.startedAt);
  const history = historyOf([...others, entry], threshold);
  replace(join(folder, `${entry.startedAt.replaceAll(':', '-')}.json`), entryText(entry));
  const chart = courseChart(history);
  if (chart !== null) {
    replace(join(folder, chartName), `${await renderSvg(chart)}\n`);
    replace(join(folder, chartName.replace('.svg', '.vl.json')), `${JSON.stringify(chart, null, 1)}\n`);
  }
  const page = join(folder, pageName);
  replace(page, historyMarkdown(history, chart === null ? null : chartName));
  return page;
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
function refuse(folder: string, error: unknown): never {
  if (error instanceof ReportError) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  throw new ReportError(`cannot keep the history in '${folder}': ${reason}`);
}
