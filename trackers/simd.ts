import { readFileSync } from 'node:fs';
import { copyPages } from './pages.js';

const wasmPage = 65536;
/** Room for found pages before the state: they are handed over whenever it is full. */
const outputBytes = 4 * wasmPage;
const out = 128;
/** A scan stops here: one more step finds no more pages than 4 KiB hold. */
const limit = outputBytes - 4096;
const stateStart = outputBytes;

type Scan = (state: number, from: number, end: number, out: number, limit: number) => number;
type Read = (from: number, end: number) => number;

/**
 * A tracker's state in a WebAssembly memory, and vector loops that go over it 128 bytes at a time. What they do is in
 * `assembly/scan.ts`.
 */
export class SimdState {
  /** Where the state lies: `start` bytes into `buffer`, all zero at first. */
  readonly buffer: ArrayBuffer;
  readonly start = stateStart;
  readonly #end: number;
  readonly #exports: Readonly<Record<string, unknown>>;
  readonly #output: Uint32Array;
  readonly #stopped: Uint32Array;

  /** Bytes allocated for `stateBytes` bytes of state: whole units of 64 KiB. */
  static bytes(stateBytes: number): number {
    return Math.ceil((stateStart + stateBytes) / wasmPage) * wasmPage;
  }

  constructor(stateBytes: number) {
    const memory = new WebAssembly.Memory({ initial: SimdState.bytes(stateBytes) / wasmPage });
    this.buffer = memory.buffer;
    this.#end = stateStart + stateBytes;
    this.#exports = new WebAssembly.Instance(loadModule(), { env: { memory } }).exports;
    this.#output = new Uint32Array(memory.buffer, out, (outputBytes - out) / Uint32Array.BYTES_PER_ELEMENT);
    this.#stopped = new Uint32Array(memory.buffer, out - Uint32Array.BYTES_PER_ELEMENT, 1);
  }

  /** The scan of that name: finds every page set in the state, writes it into `into` and clears it. */
  scan(name: 'scanFlags' | 'scanBitmap'): (into: Uint32Array) => number {
    const scan = this.#exports[name];
    if (!isScan(scan)) throw new Error(`scan.wasm has no ${name}`);
    return (into) => this.#scanAll(scan, into);
  }

  /** Reads the whole state, and does nothing else. */
  reader(): () => number {
    const { read } = this.#exports;
    if (!isRead(read)) throw new Error('scan.wasm has no read');
    return () => read(stateStart, this.#end);
  }

  #scanAll(scan: Scan, into: Uint32Array): number {
    let found = 0;
    let from = stateStart;
    while (from < this.#end) {
      const count = (scan(stateStart, from, this.#end, out, limit) - out) / Uint32Array.BYTES_PER_ELEMENT;
      copyPages(this.#output, count, into, found);
      found += count;
      from = this.#stopped[0] as number;
    }
    return found;
  }
}

function isScan(value: unknown): value is Scan {
  return typeof value === 'function';
}

function isRead(value: unknown): value is Read {
  return typeof value === 'function';
}

let module: WebAssembly.Module | undefined;

/** Compiles the scans, once an isolate. */
function loadModule(): WebAssembly.Module {
  module ??= new WebAssembly.Module(readFileSync(new URL('./scan.wasm', import.meta.url)));
  return module;
}
