import type { Axes } from './analysis/compare/series.js';
import { formatCount, formatMemory } from './units.js';

/** How an axis is headed, and its values written; others are written as they are, under their own name. */
interface KnownAxis {
  readonly title: string;
  readonly format?: (value: number) => string;
  /** What its values are called where no title is beside them. */
  readonly words?: Readonly<Record<string, string>>;
}

const known: Readonly<Record<string, KnownAxis>> = {
  memoryBytes: { title: 'memory', format: formatMemory },
  pagesPerEpoch: { title: 'pages', format: formatCount },
  ioFrequency: { title: 'I/Os per second', format: formatCount },
  dirtyRate: { title: 'pages per second', format: formatCount },
  vcpus: { title: 'vCPUs' },
  ringEntries: { title: 'ring entries' },
  clearChunkBytes: { title: 'cleared at once', format: formatMemory },
  backing: { title: 'backing' },
  guests: { title: 'guests' },
  oneProcess: { title: 'one process', words: { yes: 'in one process', no: 'each in its own process' } },
  pagesPerTransaction: { title: 'pages per transaction' },
  requestBytes: { title: 'request bytes' },
  responseBytes: { title: 'response bytes' },
  downtimeMs: { title: 'ms of downtime aimed at' },
};

/** Axes that say what is compared; they stand first, whether they vary or not. */
const subjects = ['tracker', 'mode'];
const alwaysShown = [...subjects, 'memoryBytes', 'pagesPerEpoch'];

/** A column of a table of points. */
export interface AxisColumn {
  readonly name: string;
  readonly title: string;
  of(axes: Axes): string;
}

/** The columns that tell these points apart, and those that are always wanted. */
export function axisColumns(points: readonly Axes[]): AxisColumn[] {
  return columnsOf(namesIn(points).filter((name) => alwaysShown.includes(name) || varies(name, points)));
}

function varies(name: string, points: readonly Axes[]): boolean {
  return new Set(points.map((axes) => axes[name] ?? null)).size > 1;
}

function namesIn(points: readonly Axes[]): string[] {
  return [...new Set(points.flatMap((axes) => Object.keys(axes)))];
}

function columnsOf(shown: readonly string[]): AxisColumn[] {
  const first = shown.filter((name) => subjects.includes(name));
  return [...first, ...shown.filter((name) => !first.includes(name))].map((name) => ({
    name,
    title: known[name]?.title ?? name,
    of: (axes) => formatAxis(name, axes[name] ?? null),
  }));
}

/** A point in words, by what tells it from these others: `flag-scan, 4G`. */
export function namePoint(axes: Axes, among: readonly Axes[]): string {
  return columnsOf(namesIn(among).filter((name) => subjects.includes(name) || varies(name, among)))
    .map(({ name, title, of }) => ({ name, title, text: of(axes) }))
    .filter(({ text }) => text !== nothing)
    .map(({ name, title, text }) =>
      /^[\d.]+[kKMGT]?$/.test(text) && name !== 'memoryBytes'
        ? counted(text, title)
        : (known[name]?.words?.[text] ?? text),
    )
    .join(', ');
}

/** `64 pages`, `1 page`, `1 page per transaction`. */
function counted(number: string, title: string): string {
  return `${number} ${number === '1' ? title.replace(/^(page|vCPU|I\/O)s\b/, '$1') : title}`;
}

/** A point in words, by all its axes: `tracker flag-scan, memory 4G, pages 64`. */
export function nameWhole(axes: Axes): string {
  return columnsOf(namesIn([axes]))
    .map(({ title, of }) => ({ title, text: of(axes) }))
    .filter(({ text }) => text !== nothing)
    .map(({ title, text }) => `${title} ${text}`)
    .join(', ');
}

const nothing = '–';

function formatAxis(name: string, value: string | number | null): string {
  if (value === null) return nothing;
  return typeof value === 'number' ? (known[name]?.format ?? String)(value) : value;
}
