import type { TopLevelSpec } from 'vega-lite';
import type { Analysis, Synchronisation } from '../analysis/analysis.js';

/** One kind of chart, in words. */
interface ChartText {
  /** What the picture shows, for those who do not see it. */
  readonly alt: string;
  /** How to read it: one or two sentences, printed below it. */
  readonly howToRead: string;
}

/** A chart that is drawn for each guest that was measured. */
interface GuestChart extends ChartText {
  readonly of: 'each guest';
  /** The chart of what was measured on this guest; null where the data for it is absent. */
  draw(analysis: Analysis, guest: string): TopLevelSpec | null;
}

/** A chart of all guests together, of what it needs of an analysis. */
export interface RunChart<A extends Synchronisation = Analysis> extends ChartText {
  readonly of: 'the run';
  /** Null where the data for it is absent. */
  draw(analysis: A): TopLevelSpec | null;
}

/** One kind of chart. */
export type Chart = GuestChart | RunChart;
