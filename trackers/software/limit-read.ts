import { bytesPerStep, loadLoops, wasmBytes, wasmMemory } from '../simd/wasm.js';
import type { UnboundedTracker } from '../tracker.js';

/**
 * Reads its one flag byte for each page with vector instructions and finds nothing: no scan of such flags can be faster. Not a
 * tracker but a limit that the scans are held against. Mark is one store; one byte a page, in a WebAssembly memory.
 */
export class LimitRead implements UnboundedTracker {
  readonly bounded = false;
  readonly #flags: Uint8Array;
  readonly #end: number;
  readonly #read: (from: number, end: number) => number;

  /** Bytes allocated for a guest of `pages` pages. */
  static bytes(pages: number): number {
    return wasmBytes(pages);
  }

  constructor(pages: number) {
    const memory = wasmMemory(pages);
    this.#flags = new Uint8Array(memory.buffer);
    this.#end = Math.ceil(pages / bytesPerStep) * bytesPerStep;
    this.#read = loadLoops(memory).read;
  }

  mark(page: number): void {
    this.#flags[page] = 255;
  }

  collect(_into: Uint32Array): number {
    this.#read(0, this.#end);
    return 0;
  }
}
