import type { CacheState } from '../../../results/cache.js';

/** What somebody wants to know of a guest of theirs. */
export interface Question {
  /** The kind of guest that is to be tracked. */
  readonly guest: string;
  readonly workload: string;
  readonly memoryBytes: number;
  /** Distinct pages written between two I/Os. */
  readonly pages: number;
  /** I/Os per second, each of which is a synchronisation. */
  readonly ioFrequency: number;
  readonly cache: CacheState;
  /** The share of its time (0 to 1) that the guest may lose to detection; null: none was said. */
  readonly budget: number | null;
}

/** Kinds of guest in the order in which one is taken where a question names none: those that exist outside a benchmark first. */
const byUse = ['kvm', 'process', 'simulated'];

/** The kind of guest that is meant where none is named: the first of these that was measured. */
export function usualGuest(guests: readonly string[]): string | null {
  return byUse.find((guest) => guests.includes(guest)) ?? guests[0] ?? null;
}
