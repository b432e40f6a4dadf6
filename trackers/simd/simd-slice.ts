import { copyPages } from './pages.js';
import { loadLoops, type Scan, type ScanName } from './wasm.js';

/** Room for a slice's found pages, with its header: they are handed over whenever it is full. */
export const sliceOutputBytes = 262_144;
/** Before the found pages: in its last two words, their end, which is stored here, and where the scan stopped, which the scan stores itself. */
export const sliceHeader = { bytes: 128, foundEnd: 30, stopped: 31 } as const;
/** One step finds no more pages than this many bytes hold. */
const stepBytes = 4096;

/** A part of a state, as a thread can be sent it: addresses in the memory. */
export interface SliceSettings {
  readonly memory: WebAssembly.Memory;
  readonly scan: ScanName;
  /** Where the state begins, from which pages are counted. */
  readonly state: number;
  readonly from: number;
  readonly end: number;
  readonly out: number;
}

/** A part of a state that one thread scans. What it found is in shared memory, so another thread may take it. */
export class SimdSlice {
  readonly #settings: SliceSettings;
  readonly #scan: Scan;
  readonly #header: Uint32Array;
  readonly #output: Uint32Array;

  constructor(settings: SliceSettings) {
    const { memory, out } = settings;
    this.#settings = settings;
    this.#scan = loadLoops(memory)[settings.scan];
    const words = (bytes: number) => bytes / Uint32Array.BYTES_PER_ELEMENT;
    this.#header = new Uint32Array(memory.buffer, out - sliceHeader.bytes, words(sliceHeader.bytes));
    this.#output = new Uint32Array(memory.buffer, out, words(sliceOutputBytes - sliceHeader.bytes));
  }

  /** The scan has come to the slice's end. */
  get done(): boolean {
    return (this.#header[sliceHeader.stopped] as number) >= this.#settings.end;
  }

  /** To the slice's beginning, with nothing found. */
  rewind(): void {
    this.#header[sliceHeader.foundEnd] = this.#settings.out;
    this.#header[sliceHeader.stopped] = this.#settings.from;
  }

  /** Goes on from where it stopped, to the end or until there is no room for what a step can find. */
  scanOn(): void {
    const { state, end, out } = this.#settings;
    const from = this.#header[sliceHeader.stopped] as number;
    const limit = out - sliceHeader.bytes + sliceOutputBytes - stepBytes;
    this.#header[sliceHeader.foundEnd] = this.#scan(state, from, end, out, limit);
  }

  /** Appends what was found to the `found` pages in `into`, and returns how many they are then. */
  takeFound(into: Uint32Array, found: number): number {
    const { out } = this.#settings;
    const count = ((this.#header[sliceHeader.foundEnd] as number) - out) / Uint32Array.BYTES_PER_ELEMENT;
    copyPages(this.#output, count, into, found);
    this.#header[sliceHeader.foundEnd] = out;
    return found + count;
  }

  /** The whole slice, on one thread: finds every page set, writes it into `into`, and returns how many they were. */
  takeAll(into: Uint32Array): number {
    let found = 0;
    for (this.rewind(); !this.done; found = this.takeFound(into, found)) this.scanOn();
    return found;
  }
}
