import { type Backing, checkSetAside } from '../kernel/backing.js';
import { KernelError } from '../kernel/error.js';
import { pageBytes } from '../kernel/memory.js';
import { findsNothing } from '../trackers/facts.js';
import type { KvmTrackerKind, ProcessTrackerKind } from '../trackers/kind.js';
import type { TrackerKind } from '../trackers/registry.js';
import { openGuest } from './registry.js';

/** Whether a tracker works on this machine; if not, why, and what would make it work, each in a line. */
export type Availability =
  | {
      readonly works: true;
      /** Pages that it finds together; absent: each by itself. */
      readonly unitPages?: number;
    }
  | { readonly works: false; readonly why: string; readonly remedy: string };

const pages = 16384;
/** Far apart, with a repeat, and in descending order too. */
const written = Uint32Array.of(0, pages - 1, 4097, 63, 64, 4097);

/**
 * Finds out by trying: starts a small guest, writes pages, looks for them, and looks again for nothing. It takes
 * milliseconds and leaves nothing behind. `memoryBytes`: the memory that is wanted later; of huge pages that are set
 * aside so much must be free.
 */
export function availability(tracker: TrackerKind, backing: Backing = '4k', memoryBytes = 0): Availability {
  if (tracker.guest === 'simulated') {
    const missing = tracker.missing?.() ?? null;
    return missing === null ? { works: true } : { works: false, ...missing };
  }
  try {
    if (backing === 'hugetlb') checkSetAside(Math.max(memoryBytes, pages * pageBytes));
    return tryOut(tracker, backing);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    return { works: false, why: error.why, remedy: error.remedy === '' ? tracker.needs : error.remedy };
  }
}

function tryOut(tracker: KvmTrackerKind | ProcessTrackerKind, backing: Backing): Availability {
  const guest = openGuest(tracker, { pages, ringEntries: null, backing });
  try {
    const into = new Uint32Array(pages);
    guest.run(written, written.length);
    const found = sorted(into.subarray(0, guest.collect(into)));
    guest.run(written, 0);
    const left = sorted(into.subarray(0, guest.collect(into)));
    const { unitPages = 1 } = guest;
    const wanted = sorted(wholeUnits(written, unitPages));
    const kept = tracker.exactness === 'cumulative' ? wanted : '';
    if (found === (findsNothing(tracker) ? '' : wanted) && left === kept) {
      return unitPages === 1 ? { works: true } : { works: true, unitPages };
    }
    const why = `pages ${wanted} were written, and ${found === '' ? 'none' : found} found; then ${left === '' ? 'none' : left}`;
    return { works: false, why, remedy: tracker.needs };
  } finally {
    guest.close();
  }
}

/** The pages of every unit in which one of these is, each once. */
function wholeUnits(of: Uint32Array, unitPages: number): Uint32Array {
  const firsts = new Set(Array.from(of, (page) => page - (page % unitPages)));
  return Uint32Array.from([...firsts].flatMap((first) => Array.from({ length: unitPages }, (_, i) => first + i)));
}

function sorted(found: Uint32Array): string {
  return found.toSorted().join(' ');
}
