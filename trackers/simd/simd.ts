import { Thread } from '../../base/thread.js';
import { SimdSlice, type SliceSettings, sliceHeader, sliceOutputBytes } from './simd-slice.js';
import { bytesPerStep, type ScanName, wasmBytes, wasmMemory } from './wasm.js';

/** A tracker's state in a WebAssembly memory, and a vector loop that goes over it, on one thread or on several at once. */
export class SimdState {
  /** Where the state lies: `start` bytes into `buffer`, all zero at first. */
  readonly buffer: SharedArrayBuffer;
  readonly start: number;
  /** The caller's own slice. */
  readonly #own: SimdSlice;
  /** Slices that other threads scan. */
  readonly #others: readonly ThreadedSlice[];

  /** Bytes allocated for `stateBytes` bytes of state. */
  static bytes(stateBytes: number, threads = 1): number {
    return wasmBytes(threads * sliceOutputBytes + stateBytes) + (threads - 1) * Thread.bytes;
  }

  constructor(stateBytes: number, scan: ScanName, threads = 1) {
    const memory = wasmMemory(threads * sliceOutputBytes + stateBytes);
    this.buffer = memory.buffer;
    this.start = threads * sliceOutputBytes;
    const steps = Math.ceil(stateBytes / bytesPerStep);
    const border = (slice: number) => this.start + Math.floor((steps * slice) / threads) * bytesPerStep;
    const settings = (index: number): SliceSettings => ({
      memory,
      scan,
      state: this.start,
      from: border(index),
      end: border(index + 1),
      out: index * sliceOutputBytes + sliceHeader.bytes,
    });
    const worker = new URL('./simd-thread.js', import.meta.url);
    this.#own = new SimdSlice(settings(0));
    this.#others = Array.from({ length: threads - 1 }, (_, index) => {
      const slice = settings(index + 1);
      return { slice: new SimdSlice(slice), thread: new Thread(worker, { slice }) };
    });
  }

  /** Finds every page set in the state, writes it into `into`, clears it, and returns how many they were. */
  takeAll(into: Uint32Array): number {
    if (this.#others.length === 0) return this.#own.takeAll(into);
    this.#own.rewind();
    for (const { slice } of this.#others) slice.rewind();
    let found = 0;
    while (!this.#own.done || this.#others.some(({ slice }) => !slice.done)) found = this.#takeOn(into, found);
    return found;
  }

  close(): void {
    for (const { thread } of this.#others) thread.close();
  }

  /** Every slice that is not done goes on until it is, or its room for found pages is full; what it found is taken. */
  #takeOn(into: Uint32Array, found: number): number {
    const working = this.#others.filter(({ slice }) => !slice.done);
    for (const { thread } of working) thread.begin();
    if (!this.#own.done) this.#own.scanOn();
    let count = this.#own.takeFound(into, found);
    for (const { slice, thread } of working) {
      thread.end();
      count = slice.takeFound(into, count);
    }
    return count;
  }
}

interface ThreadedSlice {
  readonly slice: SimdSlice;
  readonly thread: Thread;
}
