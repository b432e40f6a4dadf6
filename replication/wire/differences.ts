import { compressSync } from 'lz4-napi';
import { pageBytes } from '../../base/size.js';
import { SparsePages } from '../memory/pages.js';
import { Comparison } from './comparison.js';
import { contentsCode } from './encoding.js';
import { mostPagesPerFrame } from './wire.js';

/** What stands for the pages of a part. */
export interface EncodedDifferences {
  readonly code: (typeof contentsCode)['compressed' | 'differences'];
  readonly bytes: Buffer;
}

/** So few bytes cost less on the wire than to compress them and to take them apart again. */
const mostUncompressed = 4096;

/** Memory whose pages are sent. */
interface Pages {
  readonly memoryBytes: number;
  read(page: number, target: Buffer, offset: number): void;
}

/**
 * What pages are now against what they were when they were last sent: the sending side of encodings 1 and 2. It keeps a
 * copy of every page that was ever sent; one that was not is all zeros, on the other side too. patch.ts is the receiving
 * side.
 *
 * The differences of a part are a mask of 8 bytes for each page, which tells in which of its 64 chunks of 64 bytes it
 * differs, and then those chunks, XORed with what they were, in order. In encoding 2 they stand so; in encoding 1 as one
 * LZ4 block behind its decompressed length (4 bytes).
 */
export class Differences {
  readonly #source: Pages;
  readonly #sent: SparsePages;
  readonly #comparison = new Comparison(mostPagesPerFrame);

  constructor(source: Pages) {
    this.#source = source;
    this.#sent = new SparsePages(source.memoryBytes / pageBytes);
  }

  /** The differences of at most `mostPagesPerFrame` pages, which count as sent; null where the pages themselves take no more bytes. */
  encode(pages: Uint32Array): EncodedDifferences | null {
    const { now, before } = this.#comparison;
    this.#comparison.begin(pages.length);
    for (let i = 0; i < pages.length; i++) {
      const page = pages[i] as number;
      const sent = this.#sent.at(page);
      this.#source.read(page, now, 0);
      sent.copy(before);
      this.#comparison.add();
      now.copy(sent);
    }
    const found = this.#comparison.found();
    if (found.length <= mostUncompressed && found.length < pages.length * pageBytes) {
      return { code: contentsCode.differences, bytes: Buffer.from(found) };
    }
    const bytes = compressSync(found);
    return bytes.length < pages.length * pageBytes ? { code: contentsCode.compressed, bytes } : null;
  }
}
