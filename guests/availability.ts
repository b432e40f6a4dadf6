import { type Backing, isHuge } from '../base/backing.js';
import type { Exactness } from '../base/exactness.js';
import { pageBytes } from '../base/size.js';
import { checkSetAside } from '../kernel/backing.js';
import { KernelError } from '../kernel/error.js';
import { findsNothing, type TrackerFacts } from '../trackers/facts.js';
import type { KvmTrackerKind, ProcessTrackerKind } from '../trackers/kind.js';
import type { TrackerKind } from '../trackers/registry.js';
import { openGuest } from './registry.js';
import { unitsOf } from './unit.js';

/** Whether a tracker works on this machine; if not, why, and what would make it work, each in a line. */
export type Availability =
  | {
      readonly works: true;
      /** Pages that it finds together; absent: each by itself. */
      readonly unitPages?: number;
    }
  | { readonly works: false; readonly why: string; readonly remedy: string };

/** Pages of the small guest: 64 MiB, so that the written pages lie in several huge pages. */
const pages = 16384;
/** Pages that a line names; of the others it says how many there are. */
const mostNamed = 8;
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
    const found = into.slice(0, guest.collect(into));
    guest.run(written, 0);
    const left = into.slice(0, guest.collect(into));
    const { unitPages = 1 } = guest;
    const wanted = unitsOf(written, unitPages);
    if (isRight(tracker, wanted, found, left)) return unitPages === 1 ? { works: true } : { works: true, unitPages };
    const why = `pages ${named(wanted)} were written, and ${named(found)} found; then ${named(left)}`;
    return { works: false, why, remedy: isAmong(wanted, found) && isHuge(backing) ? smallPages : tracker.needs };
  } finally {
    guest.close();
  }
}

/** Where it finds all that was written, and what lies in the same huge pages. */
const smallPages = '--backing 4k: a huge page has one mark for all of it';

function isAmong(wanted: Uint32Array, found: Uint32Array): boolean {
  const among = new Set(found);
  return wanted.every((page) => among.has(page));
}

/** Whether a tracker that was to find `wanted`, and then what it keeps, has found it. */
function isRight(tracker: TrackerFacts, wanted: Uint32Array, found: Uint32Array, left: Uint32Array): boolean {
  if (findsNothing(tracker)) return found.length === 0 && left.length === 0;
  const { exactness = 'exact' } = tracker;
  const among = new Set(found);
  if (among.size !== found.length || !isAmong(wanted, found)) return false;
  const kept = new Set(left);
  const isKept: Record<Exactness, boolean> = {
    exact: among.size === wanted.length && kept.size === 0,
    'per epoch': true,
    cumulative: isAmong(wanted, left),
  };
  return isKept[exactness];
}

/** The first of these pages, in order, and how many more there are. */
function named(found: Uint32Array): string {
  if (found.length === 0) return 'none';
  const more = found.length > mostNamed ? ` and ${found.length - mostNamed} more` : '';
  return `${found.toSorted().subarray(0, mostNamed).join(' ')}${more}`;
}
