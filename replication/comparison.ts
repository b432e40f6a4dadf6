import { readFileSync } from 'node:fs';
import { pageBytes } from '../results/size.js';
import { wasmMemory } from '../trackers/wasm.js';

/** A page is compared in chunks of so many bytes; whether a chunk differs is one bit of the page's mask. */
export const chunkBytes = 64;
/** Bytes of the mask of a page: a bit for each chunk, the first in the lowest. */
export const maskBytes = pageBytes / chunkBytes / 8;

type ComparePages = (now: number, before: number, mask: number, to: number) => number;

/** Compares pages with what they were, by the loop in `assembly/comparison.ts`, in a memory of its own. */
export class Comparison {
  /** Where the page goes that is compared, and what it was. */
  readonly now: Buffer;
  readonly before: Buffer;
  readonly #memory: Buffer;
  readonly #compare: ComparePages;
  readonly #masks = 2 * pageBytes;
  readonly #chunks: number;
  #pages = 0;
  #end = 0;

  /** For at most so many pages at a time. */
  constructor(mostPages: number) {
    this.#chunks = this.#masks + mostPages * maskBytes;
    const memory = wasmMemory(this.#chunks + mostPages * pageBytes);
    this.#memory = Buffer.from(memory.buffer);
    this.now = this.#memory.subarray(0, pageBytes);
    this.before = this.#memory.subarray(pageBytes, 2 * pageBytes);
    this.#compare = loadLoop(memory);
  }

  /** Forgets what was found. */
  begin(): void {
    this.#pages = 0;
    this.#end = this.#chunks;
  }

  /** Compares `now` with `before`. */
  add(): void {
    this.#end = this.#compare(0, pageBytes, this.#masks + this.#pages * maskBytes, this.#end);
    this.#pages++;
  }

  /** What was found since `begin`: the masks of the pages, then every chunk that differs, XORed with what it was. */
  found(): Buffer {
    const masks = this.#memory.subarray(this.#masks, this.#masks + this.#pages * maskBytes);
    return Buffer.concat([masks, this.#memory.subarray(this.#chunks, this.#end)]);
  }
}

function loadLoop(memory: WebAssembly.Memory): ComparePages {
  const module = new WebAssembly.Module(readFileSync(new URL('./comparison.wasm', import.meta.url)));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  if (!isLoop(exports)) throw new Error('comparison.wasm was built from other sources: npm run build');
  return exports.comparePages;
}

function isLoop(exports: object): exports is { comparePages: ComparePages } {
  return 'comparePages' in exports;
}
