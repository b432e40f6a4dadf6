import type { UnboundedTracker } from './tracker.js';

const pagesPerWord = 32;
/** From here on a block copy of the queue costs less than the view that it needs. */
const blockCopyFrom = 512;

/**
 * The paper's proposal: a flag a page and a queue of page numbers. The first write to a page sets its flag and enqueues
 * its number; later ones find the flag set and do nothing, so no page is ever queued twice. Detection empties the queue
 * and clears those flags alone: it grows with the pages written, not with memory. A bit a page for the flags (an eighth
 * of the cache that bytes would take, since nobody scans them) and four bytes for the queue's room, of which only what
 * was written is ever touched. Cuju keeps a test-and-set bit and an array so.
 */
export class FlagQueue implements UnboundedTracker {
  readonly bounded = false;
  readonly #flags: Int32Array;
  readonly #queue: Uint32Array;
  #queued = 0;

  /** Bytes allocated for a guest of `pages` pages. */
  static bytes(pages: number): number {
    return Math.ceil(pages / pagesPerWord) * Int32Array.BYTES_PER_ELEMENT + pages * Uint32Array.BYTES_PER_ELEMENT;
  }

  constructor(pages: number) {
    this.#flags = new Int32Array(Math.ceil(pages / pagesPerWord));
    this.#queue = new Uint32Array(pages);
  }

  mark(page: number): void {
    const flags = this.#flags;
    const at = page >>> 5;
    const word = flags[at] as number;
    const flag = 1 << (page & (pagesPerWord - 1));
    if ((word & flag) !== 0) return;
    flags[at] = word | flag;
    this.#queue[this.#queued++] = page;
  }

  /** Clears whole words: every flag set in them is of a page in the queue. */
  collect(into: Uint32Array): number {
    const flags = this.#flags;
    const queue = this.#queue;
    const found = this.#queued;
    if (found >= blockCopyFrom) {
      into.set(queue.subarray(0, found));
      for (let i = 0; i < found; i++) flags[(queue[i] as number) >>> 5] = 0;
    } else {
      for (let i = 0; i < found; i++) {
        const page = queue[i] as number;
        flags[page >>> 5] = 0;
        into[i] = page;
      }
    }
    this.#queued = 0;
    return found;
  }
}
