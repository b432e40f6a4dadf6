import type { Setting } from './setting.js';

/** `collect`: detection alone. `total`: marking and detection. */
export type ComparedCost = 'collect' | 'total';

/** Two schemes along one axis of the measured grid, the other axis held. */
export interface Crossover extends Setting {
  readonly cost: ComparedCost;
  readonly first: string;
  readonly second: string;
  readonly along: 'pages' | 'memory';
  /** Where the other axis is held: bytes of memory along pages, pages per epoch along memory. */
  readonly held: number;
  /** Range of the measured axis: pages per epoch, or bytes. */
  readonly from: number;
  readonly to: number;
  readonly outcome: CrossoverOutcome;
}

export type CrossoverOutcome =
  | { readonly kind: 'crosses'; readonly crossings: readonly Crossing[] }
  /** One is cheaper wherever the two can be told apart. */
  | { readonly kind: 'one cheaper'; readonly cheaper: string; readonly leastRatio: number; readonly mostRatio: number }
  /** Nowhere can the two be told apart. */
  | { readonly kind: 'within noise' };

/** Where one becomes cheaper than the other as the axis grows. */
export interface Crossing {
  /** Where the medians cross, between measured points by log-log interpolation: pages per epoch, or bytes. */
  readonly at: number;
  /** The measured positions around it where the two can still be told apart. */
  readonly after: number;
  readonly before: number;
  /** Cheaper below `at`, and above it. */
  readonly below: string;
  readonly above: string;
}
