import type { UnboundedTracker } from '../tracker.js';
import { SimdState } from './simd.js';

/** The scan looks at a flag's highest bit. */
const marked = 255;

/**
 * The byte flags of `flag-scan`, scanned by vector instructions 128 flags at a time: the conventional way at the speed
 * that memory can be read. Collect grows with the guest's memory; mark is one store; one byte a page and 256 KiB for
 * the pages found, in one WebAssembly memory. No hypervisor is known to scan so.
 */
export class FlagScanSimd implements UnboundedTracker {
  readonly bounded = false;
  readonly #state: SimdState;
  readonly #flags: Uint8Array;

  /** Bytes allocated for a guest of `pages` pages. */
  static bytes(pages: number): number {
    return SimdState.bytes(pages);
  }

  constructor(pages: number) {
    this.#state = new SimdState(pages, 'scanFlags');
    this.#flags = new Uint8Array(this.#state.buffer, this.#state.start, pages);
  }

  mark(page: number): void {
    this.#flags[page] = marked;
  }

  collect(into: Uint32Array): number {
    return this.#state.takeAll(into);
  }
}
