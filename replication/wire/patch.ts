import { uncompressSync } from 'lz4-napi';
import { pageBytes } from '../../base/size.js';
import { chunkBytes, maskBytes } from './comparison.js';
import { WireError } from './wire.js';

const lengthBytes = 4;
const wordsPerChunk = chunkBytes / Int32Array.BYTES_PER_ELEMENT;
const wordsPerMask = maskBytes / Int32Array.BYTES_PER_ELEMENT;
const chunksPerMaskWord = 32;

/** The differences of the pages of a part, as differences.ts writes them: the receiving side. */
export class Patch {
  /** The masks, then the chunks. */
  readonly #words: Int32Array;
  readonly #firstChunk: number;

  /**
   * Copies the differences of `count` pages; the buffer may be reused afterwards.
   * @throws WireError if they are damaged, or not of so many pages.
   */
  constructor(differences: Buffer, count: number) {
    checkLength(differences.length, count);
    this.#words = new Int32Array(differences.length / Int32Array.BYTES_PER_ELEMENT);
    Buffer.from(this.#words.buffer).set(differences);
    this.#firstChunk = count * wordsPerMask;
    if (this.#firstChunk + this.#chunks() * wordsPerChunk !== this.#words.length) {
      throw new WireError(`differences of ${count} pages, ${this.#chunks()} chunks, in ${differences.length} bytes`);
    }
  }

  /**
   * Takes them as an LZ4 block behind its decompressed length.
   * @throws WireError if they are damaged, or not of so many pages; memory is only taken for what they may need.
   */
  static decompress(block: Buffer, count: number): Patch {
    const bytes = block.length < lengthBytes ? 0 : block.readUInt32LE(0);
    checkLength(bytes, count);
    const differences = decompress(block);
    if (differences.length === bytes) return new Patch(differences, count);
    throw new WireError(`differences of ${differences.length} bytes that say ${bytes}`);
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

/** @throws WireError if the differences of so many pages cannot have so many bytes. */
function checkLength(bytes: number, count: number): void {
  const most = count * (maskBytes + pageBytes);
  if (bytes >= count * maskBytes && bytes <= most && bytes % Int32Array.BYTES_PER_ELEMENT === 0) return;
  throw new WireError(`differences of ${count} pages in ${bytes} bytes`);
}

function decompress(encoded: Buffer): Buffer {
  try {
    return uncompressSync(encoded);
  } catch (error) {
    throw new WireError(`differences that are damaged: ${error instanceof Error ? error.message : error}`);
  }
}
