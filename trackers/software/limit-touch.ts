import { loadLoops, wasmBytes, wasmMemory } from '../simd/wasm.js';
import type { UnboundedTracker } from '../tracker.js';

/**
 * Clears one byte a dirty page, wherever it lies in memory, and finds nothing: no tracker that keeps a flag a page and
 * clears it can be faster. Not a tracker but a limit that the queues are held against. Mark lists the page, as
 * `flag-queue` does. Five bytes a page, in a WebAssembly memory, of which only what was written is ever touched.
 */
export class LimitTouch implements UnboundedTracker {
  readonly bounded = false;
  readonly #flags: Uint8Array;
  readonly #list: Uint32Array;
  readonly #touch: (flags: number, list: number, count: number) => void;
  #count = 0;

  /** Bytes allocated for a guest of `pages` pages. */
  static bytes(pages: number): number {
    return wasmBytes(listStart(pages) + pages * Uint32Array.BYTES_PER_ELEMENT);
  }

  constructor(pages: number) {
    const memory = wasmMemory(LimitTouch.bytes(pages));
    this.#flags = new Uint8Array(memory.buffer, 0, pages);
    this.#list = new Uint32Array(memory.buffer, listStart(pages), pages);
    this.#touch = loadLoops(memory).touch;
  }

  mark(page: number): void {
    if (this.#flags[page] !== 0) return;
    this.#flags[page] = 1;
    this.#list[this.#count++] = page;
  }

  collect(_into: Uint32Array): number {
    this.#touch(0, this.#list.byteOffset, this.#count);
    this.#count = 0;
    return 0;
  }
}

function listStart(pages: number): number {
  return Math.ceil(pages / Uint32Array.BYTES_PER_ELEMENT) * Uint32Array.BYTES_PER_ELEMENT;
}
