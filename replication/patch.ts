import { uncompressSync } from 'lz4-napi';
import { pageBytes } from '../results/size.js';
import { chunkBytes, maskBytes } from './comparison.js';
import { WireError } from './wire.js';

const lengthBytes = 4;
const wordsPerChunk = chunkBytes / Int32Array.BYTES_PER_ELEMENT;
const wordsPerMask = maskBytes / Int32Array.BYTES_PER_ELEMENT;
const chunksPerMaskWord = 32;

/** The differences of the pages of a part, as differences.ts writes them: the receiving side of encoding 1. */
export class Patch {
  /** The masks, then the chunks. */
  readonly #words: Int32Array;
  readonly #firstChunk: number;

  /**
   * Takes the differences of `count` pages.
   * @throws WireError if they are damaged, or not of so many pages; memory is only taken for what they may need.
   */
  constructor(encoded: Buffer, count: number) {
    const bytes = encoded.length < lengthBytes ? 0 : encoded.readUInt32LE(0);
    const most = count * (maskBytes + pageBytes);
    if (bytes < count * maskBytes || bytes > most || bytes % Int32Array.BYTES_PER_ELEMENT !== 0) {
      throw new WireError(`differences of ${count} pages in ${bytes} bytes`);
    }
    const decoded = decompress(encoded);
    if (decoded.length !== bytes) throw new WireError(`differences of ${decoded.length} bytes that say ${bytes}`);
    this.#words = new Int32Array(decoded.buffer, decoded.byteOffset, decoded.length / Int32Array.BYTES_PER_ELEMENT);
    this.#firstChunk = count * wordsPerMask;
    if (this.#firstChunk + this.#chunks() * wordsPerChunk !== this.#words.length) {
      throw new WireError(`differences of ${count} pages, ${this.#chunks()} chunks, in ${decoded.length} bytes`);
    }
  }

  /** Changes the part's pages; `at` gives the page at an index of the part, to be written in place. */
  apply(at: (index: number) => Buffer): void {
    let from = this.#firstChunk;
    for (let index = 0; index * wordsPerMask < this.#firstChunk; index++) {
      const page = at(index);
      const words = new Int32Array(page.buffer, page.byteOffset, pageBytes / Int32Array.BYTES_PER_ELEMENT);
      for (let half = 0; half < wordsPerMask; half++) {
        from = this.#applyHalf(index * wordsPerMask + half, words, half * chunksPerMaskWord, from);
      }
    }
  }

  /** Changes the 32 chunks of which one word of a mask tells; returns where the next chunk stands. */
  #applyHalf(mask: number, page: Int32Array, firstChunk: number, from: number): number {
    const words = this.#words;
    let at = from;
    for (let left = words[mask] as number; left !== 0; left &= left - 1) {
      const chunk = firstChunk + 31 - Math.clz32(left & -left);
      const end = (chunk + 1) * wordsPerChunk;
      for (let word = chunk * wordsPerChunk; word < end; word++)
        page[word] = (page[word] as number) ^ (words[at++] as number);
    }
    return at;
  }

  /** How many chunks the masks tell of. */
  #chunks(): number {
    let chunks = 0;
    for (let i = 0; i < this.#firstChunk; i++) {
      for (let left = this.#words[i] as number; left !== 0; left &= left - 1) chunks++;
    }
    return chunks;
  }
}

function decompress(encoded: Buffer): Buffer {
  try {
    return uncompressSync(encoded);
  } catch (error) {
    throw new WireError(`differences that are damaged: ${error instanceof Error ? error.message : error}`);
  }
}
