import type { Absent, Estimate } from './estimate.js';
import type { Setting } from './setting.js';

/** A coefficient in nanoseconds (for each page, or for each dirty page), with its interval. */
export interface FittedTerm extends Estimate {
  readonly kind: 'fitted';
}

/** `collect = a + b*pages + c*dirty`, fitted to the medians of one scheme's points. */
export interface CostModel extends Setting {
  readonly scheme: string;
  readonly tracker: string;
  /** Points that were fitted. */
  readonly points: number;
  /** Range of the guest's memory in them. */
  readonly leastMemoryBytes: number;
  readonly mostMemoryBytes: number;
  /** a: nanoseconds that every collect costs. */
  readonly fixed: FittedTerm | Absent;
  /** b: nanoseconds for each page of guest memory. */
  readonly perPage: FittedTerm | Absent;
  /** c: nanoseconds for each page written in the epoch. */
  readonly perDirty: FittedTerm | Absent;
  /** How well it fits; null where nothing was fitted. */
  readonly fit: {
    /** Share of the variance explained, both weighted as the fit is; null where the cost does not vary. */
    readonly r2: number | null;
    /** Largest |measured - model| / measured. */
    readonly worstResidual: number;
  } | null;
  /** Share of the collect at the largest memory that b*pages is, with its interval; null where b is absent. */
  readonly memoryShare: Estimate | null;
  readonly verdict: MemoryVerdict;
  /** The numbers that the verdict rests on, in a sentence. */
  readonly because: string;
}

export type MemoryVerdict = 'grows with memory' | 'does not' | 'cannot say';
