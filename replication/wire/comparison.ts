import { readFileSync } from 'node:fs';
import { pageBytes } from '../../base/size.js';
import { wasmBytes } from '../../trackers/simd/wasm.js';

/** A page is compared in chunks of so many bytes; whether a chunk differs is one bit of the page's mask. */
export const chunkBytes = 64;
/** Bytes of the mask of a page: a bit for each chunk, the first in the lowest. */
export const maskBytes = pageBytes / chunkBytes / 8;

/** Where masks and chunks begin in the memory, behind the two pages. */
const foundStart = 2 * pageBytes;

type ComparePages = (now: number, before: number, mask: number, to: number) => number;

/** Compares pages with what they were, by the loop in `assembly/comparison.ts`, in a memory of its own. */
export class Comparison {
  /** Where the page goes that is compared, and what it was. */
  readonly now: Buffer;
  readonly before: Buffer;
  readonly #memory: Buffer;
  readonly #compare: ComparePages;
  #mask = 0;
  #end = 0;

  /** For at most so many pages at a time. */
  constructor(mostPages: number) {
    const size = wasmBytes(foundStart + mostPages * (maskBytes + pageBytes)) / wasmBytes(1);
    // Not shared: copies into shared memory are several times slower.
    const memory = new WebAssembly.Memory<false>({ initial: size, maximum: size, shared: false });
    this.#memory = Buffer.from(memory.buffer);
    this.now = this.#memory.subarray(0, pageBytes);
    this.before = this.#memory.subarray(pageBytes, 2 * pageBytes);
    this.#compare = loadLoop(memory);
  }

  /** Forgets what was found; so many pages come now. */
  begin(pages: number): void {
    this.#mask = foundStart;
    this.#end = foundStart + pages * maskBytes;
  }

  /** Compares `now` with `before`. */
  add(): void {
    this.#end = this.#compare(0, pageBytes, this.#mask, this.#end);
    this.#mask += maskBytes;
  }

  /**
   * What was found since `begin`, once all pages have come: their masks, then every chunk that differs, XORed with what it
   * was. Valid until the next `begin`.
   */
  found(): Buffer {
    return this.#memory.subarray(foundStart, this.#end);
  }
}

function loadLoop(memory: WebAssembly.Memory<false>): ComparePages {
  const module = new WebAssembly.Module(readFileSync(new URL('./comparison.wasm', import.meta.url)));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  if (!isLoop(exports)) throw new Error('comparison.wasm was built from other sources: npm run build');
  return exports.comparePages;
}

function isLoop(exports: object): exports is { comparePages: ComparePages } {
  return 'comparePages' in exports;
}
