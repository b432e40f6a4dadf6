import type { UnboundedTracker } from '../tracker.js';
import { SimdState } from './simd.js';

const pagesPerWord = 32;

/**
 * The bits of `bitmap-scan`, scanned by vector instructions 1024 pages at a time. Collect grows with the guest's
 * memory; mark reads and writes one word; an eighth of a byte a page and 256 KiB for the pages found, in one
 * WebAssembly memory. No hypervisor is known to keep it.
 */
export class BitmapScanSimd implements UnboundedTracker {
  readonly bounded = false;
  readonly #state: SimdState;
  readonly #words: Int32Array;

  /** Bytes allocated for a guest of `pages` pages. */
  static bytes(pages: number, threads = 1): number {
    return SimdState.bytes(wordsFor(pages) * Int32Array.BYTES_PER_ELEMENT, threads);
  }

  constructor(pages: number, threads = 1) {
    const words = wordsFor(pages);
    this.#state = new SimdState(words * Int32Array.BYTES_PER_ELEMENT, 'scanBitmap', threads);
    this.#words = new Int32Array(this.#state.buffer, this.#state.start, words);
  }

  mark(page: number): void {
    const words = this.#words;
    const at = page >>> 5;
    words[at] = (words[at] as number) | (1 << (page & (pagesPerWord - 1)));
  }

  collect(into: Uint32Array): number {
    return this.#state.takeAll(into);
  }

  close(): void {
    this.#state.close();
  }
}

function wordsFor(pages: number): number {
  return Math.ceil(pages / pagesPerWord);
}
