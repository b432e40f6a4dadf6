import type { SharedQueue } from '../sharing.js';
import type { Marker, UnboundedTracker } from '../tracker.js';

/**
 * The paper's flag and queue, marked by several vCPUs at once. Whoever sets a page's flag by compare-exchange draws a
 * ticket, and the ticket says into which slot of the one queue the page goes. The slots are a circle with room for every
 * page, so no slot is drawn again before it is emptied: each page in the queue has its flag set. Detection empties the
 * slots drawn before it began and clears their flags; where a writer has drawn but not written yet it stops, and what
 * follows comes out the next time. It grows with the pages written, at two atomic operations a page. A byte a page, and
 * four bytes for each of the next power of two of pages, in shared memory. No hypervisor is known to keep it.
 */
export class AtomicFlagQueue implements UnboundedTracker {
  readonly bounded = false;
  readonly sharing: { readonly scheme: 'atomic-flag-queue' } & SharedQueue;
  readonly #marker: AtomicFlagQueueMarker;
  /** The first ticket not collected yet, modulo 2^32. */
  #next = 0;

  /** Bytes allocated for a guest of `pages` pages. */
  static bytes(pages: number): number {
    return (1 + slotsFor(pages)) * Int32Array.BYTES_PER_ELEMENT + pages;
  }

  constructor(pages: number) {
    this.sharing = {
      scheme: 'atomic-flag-queue',
      tickets: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
      slots: new Int32Array(new SharedArrayBuffer(slotsFor(pages) * Int32Array.BYTES_PER_ELEMENT)),
      flags: new Uint8Array(new SharedArrayBuffer(pages)),
    };
    this.#marker = new AtomicFlagQueueMarker(this.sharing);
  }

  mark(page: number): void {
    this.#marker.mark(page);
  }

  collect(into: Uint32Array): number {
    const { tickets, slots, flags } = this.sharing;
    const next = this.#next;
    const queued = (Atomics.load(tickets, 0) - next) | 0;
    let found = 0;
    for (; found < queued; found++) {
      const entry = Atomics.exchange(slots, (next + found) & (slots.length - 1), 0);
      if (entry === 0) break;
      const page = entry - 1;
      Atomics.store(flags, page, 0);
      into[found] = page;
    }
    this.#next = (next + found) | 0;
    return found;
  }
}

/** Enters pages into an AtomicFlagQueue. */
export class AtomicFlagQueueMarker implements Marker {
  readonly #queue: SharedQueue;

  constructor(queue: SharedQueue) {
    this.#queue = queue;
  }

  mark(page: number): boolean {
    const { tickets, slots, flags } = this.#queue;
    if (Atomics.load(flags, page) !== 0 || Atomics.compareExchange(flags, page, 0, 1) !== 0) return false;
    const ticket = Atomics.add(tickets, 0, 1);
    Atomics.store(slots, ticket & (slots.length - 1), page + 1);
    return false;
  }
}

function slotsFor(pages: number): number {
  return 2 ** Math.ceil(Math.log2(pages));
}
