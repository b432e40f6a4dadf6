import type { UnboundedTracker } from '../tracker.js';

/**
 * The conventional way of the paper: one byte a page, set when the page is written; detection asks page by page whether
 * its byte is set, a load and a test a page (`flag-scan-words` and `flag-scan-simd` scan the same flags faster). Collect
 * grows with the guest's memory, mark is one store; one byte a page, rounded up to 4. QEMU 1.0 keeps its dirty flags so,
 * and Kemari scans them at every synchronisation.
 */
export class FlagScan implements UnboundedTracker {
  readonly bounded = false;
  readonly #flags: Uint8Array;

  /** Bytes allocated for a guest of `pages` pages. */
  static bytes(pages: number): number {
    return Math.ceil(pages / 4) * 4;
  }

  constructor(pages: number) {
    this.#flags = new Uint8Array(FlagScan.bytes(pages));
  }

  mark(page: number): void {
    this.#flags[page] = 1;
  }

  /** Unrolled by four, because V8 pays for every turn of a loop: so it costs what the same loop costs in C. */
  collect(into: Uint32Array): number {
    const flags = this.#flags;
    let found = 0;
    for (let page = 0; page < flags.length; page += 4) {
      if (flags[page] !== 0) {
        flags[page] = 0;
        into[found++] = page;
      }
      if (flags[page + 1] !== 0) {
        flags[page + 1] = 0;
        into[found++] = page + 1;
      }
      if (flags[page + 2] !== 0) {
        flags[page + 2] = 0;
        into[found++] = page + 2;
      }
      if (flags[page + 3] !== 0) {
        flags[page + 3] = 0;
        into[found++] = page + 3;
      }
    }
    return found;
  }
}
