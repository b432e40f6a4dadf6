import type { UnboundedTracker } from '../tracker.js';
import { Bitmap } from './bitmap.js';

/**
 * The paper's proposal: a flag a page and a queue of page numbers. The first write to a page sets its flag and enqueues
 * its number; later ones find the flag set and do nothing, so no page is ever queued twice. Detection empties the queue
 * and clears those flags alone: it grows with the pages written, not with memory. A bit a page for the flags (an eighth
 * of the cache that bytes would take, since nobody scans them) and four bytes for the queue's room, of which only what
 * was written is ever touched. Cuju keeps a test-and-set bit and an array so.
 */
export class FlagQueue implements UnboundedTracker {
  readonly bounded = false;
  readonly #flags: Bitmap;
  readonly #queue: Uint32Array;
  #queued = 0;

  /** Bytes allocated for a guest of `pages` pages. */
  static bytes(pages: number): number {
    return Bitmap.bytes(pages) + pages * Uint32Array.BYTES_PER_ELEMENT;
  }

  constructor(pages: number) {
    this.#flags = new Bitmap(pages);
    this.#queue = new Uint32Array(pages);
  }

  mark(page: number): void {
    if (this.#flags.add(page)) this.#queue[this.#queued++] = page;
  }

  collect(into: Uint32Array): number {
    const found = this.#queued;
    this.#flags.takeListed(this.#queue, 0, found, into, 0);
    this.#queued = 0;
    return found;
  }
}
