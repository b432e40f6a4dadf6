import type { UnboundedTracker } from './tracker.js';

/**
 * The paper's proposal: a flag a page and a queue of page numbers. The first write to a page sets its flag and enqueues
 * its number; later ones find the flag set and do nothing, so no page is ever queued twice. Detection empties the queue
 * and clears those flags alone: it grows with the pages written, not with memory. One byte a page for the flags and four
 * for the queue's room, of which only what was written is ever touched. Cuju keeps a test-and-set bit and an array so.
 */
export class FlagQueue implements UnboundedTracker {
  readonly bounded = false;
  readonly #flags: Uint8Array;
  readonly #queue: Uint32Array;
  #queued = 0;

  constructor(pages: number) {
    this.#flags = new Uint8Array(pages);
    this.#queue = new Uint32Array(pages);
  }

  mark(page: number): void {
    if (this.#flags[page] !== 0) return;
    this.#flags[page] = 1;
    this.#queue[this.#queued++] = page;
  }

  collect(into: Uint32Array): number {
    const flags = this.#flags;
    const queue = this.#queue;
    const found = this.#queued;
    for (let i = 0; i < found; i++) {
      const page = queue[i] as number;
      flags[page] = 0;
      into[i] = page;
    }
    this.#queued = 0;
    return found;
  }
}
