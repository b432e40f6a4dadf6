import { readFileSync } from 'node:fs';

const wasmPage = 65536;
/** What the loops go over at a time: states are read, and must be allocated, in whole steps. */
export const bytesPerStep = 128;

/** The loops of `assembly/scan.ts`, which says what they do; all take addresses in the memory they were loaded for. */
export interface Loops {
  scanFlags: Scan;
  scanBitmap: Scan;
  read(from: number, end: number): number;
  touch(flags: number, list: number, count: number): void;
}

/** Finds what is set from `from` to `end`, and returns the end of the page numbers written from `out` on. */
export type Scan = (state: number, from: number, end: number, out: number, limit: number) => number;

/** The loops that find and clear what is set. */
export type ScanName = 'scanFlags' | 'scanBitmap';

/** `bytes`, rounded up to what a WebAssembly memory can have. */
export function wasmBytes(bytes: number): number {
  return Math.ceil(bytes / wasmPage) * wasmPage;
}

/** A memory of `wasmBytes(bytes)` bytes that threads can share, all zero; only what is written takes room. */
export function wasmMemory(bytes: number): WebAssembly.Memory {
  const size = wasmBytes(bytes) / wasmPage;
  return new WebAssembly.Memory({ initial: size, maximum: size, shared: true });
}

/** The loops over a memory. @throws Error if scan.wasm does not fit these sources. */
export function loadLoops(memory: WebAssembly.Memory): Loops {
  const { exports } = new WebAssembly.Instance(loadModule(), { env: { memory } });
  if (!isLoops(exports)) throw new Error('scan.wasm was built from other sources: npm run build');
  return exports;
}

function isLoops(exports: object): exports is Loops {
  const names = ['scanFlags', 'scanBitmap', 'read', 'touch'] satisfies (keyof Loops)[];
  return names.every((name) => name in exports);
}

let module: WebAssembly.Module | undefined;

/** Compiles the loops, once an isolate. */
function loadModule(): WebAssembly.Module {
  module ??= new WebAssembly.Module(readFileSync(new URL('./scan.wasm', import.meta.url)));
  return module;
}
