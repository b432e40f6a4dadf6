import type { Analysis, Synchronisation } from '../reports/analysis/analysis.js';
import type { History } from '../reports/analysis/compare/course.js';

/** What a report's `site-data.js` sets: the whole analysis; where the report has no sweep, only those parts that it has. */
type Given = Synchronisation & Partial<Analysis>;

declare global {
  /** Set by `site-data.js`, which is written with the report. */
  var dirtybenchAnalysis: Given | undefined;
  var dirtybenchHistories: readonly History[] | undefined;
}

const given: Given = globalThis.dirtybenchAnalysis ?? { transactions: null, migrations: null };

/** What was measured end to end. */
export const synchronisation: Synchronisation = given;

/** The analysis of the sweep; null where the report has none. */
export const analysis: Analysis | null = isWhole(given) ? given : null;

/** The history of each host, where the report was written with `--history`; else empty. */
export const histories: readonly History[] = globalThis.dirtybenchHistories ?? [];

function isWhole(some: Given): some is Analysis {
  return some.points !== undefined;
}
