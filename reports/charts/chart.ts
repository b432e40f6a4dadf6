import type { TopLevelSpec } from 'vega-lite';
import type { Analysis } from '../analysis/analysis.js';

/** One kind of chart; it is drawn once for each guest that was measured. */
export interface Chart {
  /** What the picture shows, for those who do not see it. */
  readonly alt: string;
  /** How to read it: one or two sentences, printed below it. */
  readonly howToRead: string;
  /** What a sweep must have for this chart, for the reader of a report without it. */
  readonly needs: string;
  /** The chart of what was measured on this guest; null where the data for it is absent. */
  draw(analysis: Analysis, guest: string): TopLevelSpec | null;
}
