import type { UnboundedTracker } from './tracker.js';

/**
 * The conventional way of the paper: one byte a page, set when the page is written; detection asks page by page whether
 * its byte is set, one test a page (`flag-scan-words` scans the same flags faster).
 * Collect grows with the guest's memory, mark is one store; one byte a page. QEMU 1.0 keeps its dirty flags so, and
 * Kemari scans them at every synchronisation.
 */
export class FlagScan implements UnboundedTracker {
  readonly bounded = false;
  readonly #flags: Uint8Array;

  /** Bytes allocated for a guest of `pages` pages. */
  static bytes(pages: number): number {
    return pages;
  }

  constructor(pages: number) {
    this.#flags = new Uint8Array(pages);
  }

  mark(page: number): void {
    this.#flags[page] = 1;
  }

  collect(into: Uint32Array): number {
    const flags = this.#flags;
    let found = 0;
    for (let page = 0; page < flags.length; page++) {
      if (flags[page] !== 0) {
        flags[page] = 0;
        into[found++] = page;
      }
    }
    return found;
  }
}
