import { usableCores } from '../../base/machine.js';
import type { UnboundedTracker } from '../tracker.js';
import { BitmapScanSimd } from './bitmap-scan-simd.js';

/** More threads than this read memory no faster. */
const mostThreads = 4;

/**
 * The bits of `bitmap-scan`, scanned by vector instructions on as many threads as there are processors, up to four; the
 * first is the caller's. Collect grows with the guest's memory, and has the time in it that waking the others and waiting
 * for them takes. Mark is one word; an eighth of a byte a page and 256 KiB for each thread's found pages, in shared memory.
 * QEMU's micro-checkpointing split its bitmap over threads so.
 */
export class BitmapScanParallel implements UnboundedTracker {
  readonly bounded = false;
  readonly #bitmap: BitmapScanSimd;

  /** Bytes allocated for a guest of `pages` pages, on this machine. */
  static bytes(pages: number): number {
    return BitmapScanSimd.bytes(pages, threads());
  }

  constructor(pages: number) {
    this.#bitmap = new BitmapScanSimd(pages, threads());
  }

  mark(page: number): void {
    this.#bitmap.mark(page);
  }

  collect(into: Uint32Array): number {
    return this.#bitmap.collect(into);
  }

  close(): void {
    this.#bitmap.close();
  }
}

function threads(): number {
  return Math.min(mostThreads, usableCores());
}
