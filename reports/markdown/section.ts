import type { SoakedComparisons } from '../../results/soak.js';
import type { Analysis, Synchronisation } from '../analysis/analysis.js';
import { type ChartName, charts } from '../charts/registry.js';
import { guestsOf } from '../slice.js';
import { code } from './prose.js';

/** A chart that was drawn. */
export interface Picture {
  readonly chart: ChartName;
  /** Null: of all guests together. */
  readonly guest: string | null;
  /** The chart's SVG, relative to the report. */
  readonly path: string;
}

/** What a report is written from: `A` is what was analysed. */
export interface Context<A extends Synchronisation = Analysis> {
  readonly analysis: A;
  readonly pictures: readonly Picture[];
  /** What soaks of comparisons found; absent: there were none. */
  readonly soaked?: readonly SoakedComparisons[];
}

/** One section of the report, of what it needs of an analysis. */
export interface Section<A extends Synchronisation = Analysis> {
  readonly heading: string;
  /** What results must have for this section; the report says it at its end where they have not. Null: it is then left out without a word. */
  readonly needs: string | null;
  /** The section's Markdown, without its heading; null where the data for it is absent. */
  write(context: Context<A>): string | null;
}

/** How a report like this one is made with another file: what it is made from, with `flag` naming that file. */
export function reportCommand(analysis: Synchronisation, flag: '--transactions' | '--migrations'): string {
  const sweep = 'points' in analysis ? '--from results.jsonl ' : '';
  return code(`dirtybench report ${sweep}${flag} FILE`);
}

/** A chart for each guest that has one, with how to read it; nothing where it was not drawn. */
export function showChart(name: ChartName, { pictures }: Pick<Context, 'pictures'>): string[] {
  const drawn = pictures.filter((picture) => picture.chart === name);
  if (drawn.length === 0) return [];
  const { alt, howToRead } = charts[name];
  return [
    ...drawn.map(({ guest, path }) => `![${alt}${guest === null ? '' : ` (${guest} guest)`}](${path})`),
    `*How to read this:* ${howToRead}`,
  ];
}

/** What `write` has to say of each guest, under a heading of its own where there are several. */
export function forEachGuest(analysis: Analysis, write: (guest: string) => readonly string[] | null): string[] {
  const guests = guestsOf(analysis.points).flatMap((guest) => {
    const written = write(guest);
    return written === null ? [] : [{ guest, written }];
  });
  return guests.flatMap(({ guest, written }) =>
    guests.length === 1 ? written : [`**On the ${guest} guest**`, ...written],
  );
}

/** Blocks of Markdown, one after another; null for none. */
export function blocks(parts: readonly string[]): string | null {
  return parts.length === 0 ? null : parts.join('\n\n');
}
