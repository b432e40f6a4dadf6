import type { ComparedCost } from './crossover.js';
import type { Duration } from './estimate.js';
import type { Setting } from './setting.js';

/** Who is cheapest in one cell of the grid, of all schemes measured there (two or more; null trackers do not count). */
export interface Winner extends Setting, Duration {
  readonly cost: ComparedCost;
  readonly memoryBytes: number;
  readonly pagesPerEpoch: number;
  readonly scheme: string;
  /** Other schemes whose interval overlaps the winner's, cheapest first: the order among them is noise. */
  readonly ties: readonly string[];
  /** The cheapest that is not a tie, and how many times the winner's cost it is; null where all are ties. */
  readonly next: { readonly scheme: string; readonly ratio: number } | null;
}
