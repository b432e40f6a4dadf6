import { KernelError } from '../kernel/error.js';
import { findsNothing } from '../trackers/facts.js';
import type { KvmTrackerKind, ProcessTrackerKind } from '../trackers/kind.js';
import type { TrackerKind } from '../trackers/registry.js';
import { openGuest } from './registry.js';

/** Whether a tracker works on this machine; if not, why, and what would make it work, each in a line. */
export type Availability =
  | { readonly works: true }
  | { readonly works: false; readonly why: string; readonly remedy: string };

const pages = 16384;
/** Far apart, with a repeat, and in descending order too. */
const written = Uint32Array.of(0, pages - 1, 4097, 63, 64, 4097);

/**
 * Finds out by trying: starts a small guest, writes pages, looks for them, and looks again for nothing. It takes
 * milliseconds and leaves nothing behind.
 */
export function availability(tracker: TrackerKind): Availability {
  if (tracker.guest === 'simulated') {
    const missing = tracker.missing?.() ?? null;
    return missing === null ? { works: true } : { works: false, ...missing };
  }
  try {
    return tryOut(tracker);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    return { works: false, why: error.why, remedy: error.remedy === '' ? tracker.needs : error.remedy };
  }
}

function tryOut(tracker: KvmTrackerKind | ProcessTrackerKind): Availability {
  const guest = openGuest(tracker, { pages, ringEntries: null });
  try {
    const into = new Uint32Array(pages);
    guest.run(written, written.length);
    const found = sorted(into.subarray(0, guest.collect(into)));
    guest.run(written, 0);
    const left = guest.collect(into);
    const wanted = sorted(Uint32Array.from(new Set(written)));
    if (found === (findsNothing(tracker) ? '' : wanted) && left === 0) return { works: true };
    const why = `pages ${wanted} were written, and ${found === '' ? 'none' : found} found; then ${left} more`;
    return { works: false, why, remedy: tracker.needs };
  } finally {
    guest.close();
  }
}

function sorted(found: Uint32Array): string {
  return found.toSorted().join(' ');
}
