import type { Setting } from './setting.js';

/**
 * An open-loop schedule: I/Os are due at F a second, whatever happens, and each waits for its synchronisation. Lateness
 * counts from the due time, so an I/O that waits behind others counts in full (no coordinated omission).
 */
export interface Schedule extends Setting {
  /** Index into the header's points: whose collect times drive it. */
  readonly index: number;
  readonly scheme: string;
  readonly memoryBytes: number;
  readonly pagesPerEpoch: number;
  /** What a synchronisation costs beside detection: nothing, or the intercept of the paper's Table 1. */
  readonly fixed: 'none' | 'paper';
  readonly fixedNs: number;
  /** I/Os a second at which no time is left to the guest: 1 / mean synchronisation. */
  readonly standstillHz: number;
  /** Along a logarithmic grid of frequencies. */
  readonly grid: readonly Load[];
  /** At the frequency that the sweep gave for this point; null where it gave none. */
  readonly asked: Load | null;
}

/** What becomes of the guest and its I/Os at one frequency. */
export interface Load {
  readonly frequencyHz: number;
  /** Share of time left to the guest, as simulated. */
  readonly guestShare: number;
  /** The same in theory: max(0, 1 - F * mean synchronisation). */
  readonly expectedShare: number;
  /** From due to done; null where I/Os come faster than they can be synchronised and lateness grows without end. */
  readonly lateness: { readonly p50Ns: number; readonly p99Ns: number } | null;
}
