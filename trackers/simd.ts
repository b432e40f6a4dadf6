import { copyPages } from './pages.js';
import { loadLoops, type Scan, wasmBytes, wasmMemory } from './wasm.js';

/** Room for found pages before the state: they are handed over whenever it is full. */
const outputBytes = 262_144;
const out = 128;
/** A scan stops here: one more step finds no more pages than 4 KiB hold. */
const limit = outputBytes - 4096;

/** A tracker's state in a WebAssembly memory, and a vector loop that goes over it 128 bytes at a time. */
export class SimdState {
  /** Where the state lies: `start` bytes into `buffer`, all zero at first. */
  readonly buffer: ArrayBuffer;
  readonly start = outputBytes;
  readonly #end: number;
  readonly #scan: Scan;
  readonly #output: Uint32Array;
  readonly #stopped: Uint32Array;

  /** Bytes allocated for `stateBytes` bytes of state. */
  static bytes(stateBytes: number): number {
    return wasmBytes(outputBytes + stateBytes);
  }

  constructor(stateBytes: number, scan: 'scanFlags' | 'scanBitmap') {
    const memory = wasmMemory(outputBytes + stateBytes);
    this.buffer = memory.buffer;
    this.#end = this.start + stateBytes;
    this.#scan = loadLoops(memory)[scan];
    this.#output = new Uint32Array(memory.buffer, out, (outputBytes - out) / Uint32Array.BYTES_PER_ELEMENT);
    this.#stopped = new Uint32Array(memory.buffer, out - Uint32Array.BYTES_PER_ELEMENT, 1);
  }

  /** Finds every page set in the state, writes it into `into`, clears it, and returns how many they were. */
  takeAll(into: Uint32Array): number {
    const scan = this.#scan;
    let found = 0;
    let from = this.start;
    while (from < this.#end) {
      const count = (scan(this.start, from, this.#end, out, limit) - out) / Uint32Array.BYTES_PER_ELEMENT;
      copyPages(this.#output, count, into, found);
      found += count;
      from = this.#stopped[0] as number;
    }
    return found;
  }
}
