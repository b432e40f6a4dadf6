const pagesPerWord = 32;
/**
 * Words that a scan looks at together: a branch for every 256 pages while nothing is set. Each walk of a bitmap writes
 * them out itself: a function that all walks called made them 1.1 to 1.5 times slower.
 */
const wordsPerStep = 8;

/**
 * One bit a page in 32-bit words, the first page of a word in its highest bit, so that counting leading zeros gives the
 * lowest page. The number of words is rounded up to a whole step of the scan; the bits beyond the last page stay clear.
 */
export class Bitmap {
  readonly #words: Int32Array;

  /** Bytes of a bitmap of `pages` pages. */
  static bytes(pages: number): number {
    return wordsFor(pages) * Int32Array.BYTES_PER_ELEMENT;
  }

  constructor(pages: number) {
    this.#words = new Int32Array(wordsFor(pages));
  }

  set(page: number): void {
    const words = this.#words;
    const at = page >>> 5;
    words[at] = (words[at] as number) | (0x80000000 >>> (page & 31));
  }

  /** Sets the bit of a page; false if it was set already. */
  add(page: number): boolean {
    const words = this.#words;
    const at = page >>> 5;
    const word = words[at] as number;
    const bit = 0x80000000 >>> (page & 31);
    if ((word & bit) !== 0) return false;
    words[at] = word | bit;
    return true;
  }

  clear(page: number): void {
    const words = this.#words;
    const at = page >>> 5;
    words[at] = (words[at] as number) & ~(0x80000000 >>> (page & 31));
  }

  /**
   * Copies `count` pages of `list` from index `from` on into `into` from index `at` on, and clears their whole words: every
   * page whose bit is set must be taken by this call, or by others of the same collect. Unrolled by four: V8 pays for every turn of a
   * loop.
   */
  takeListed(list: Uint32Array, from: number, count: number, into: Uint32Array, at: number): void {
    const words = this.#words;
    const shift = at - from;
    const end = from + count;
    let i = from;
    for (; i + 3 < end; i += 4) {
      const first = list[i] as number;
      const second = list[i + 1] as number;
      const third = list[i + 2] as number;
      const fourth = list[i + 3] as number;
      words[first >>> 5] = 0;
      words[second >>> 5] = 0;
      words[third >>> 5] = 0;
      words[fourth >>> 5] = 0;
      into[i + shift] = first;
      into[i + shift + 1] = second;
      into[i + shift + 2] = third;
      into[i + shift + 3] = fourth;
    }
    for (; i < end; i++) {
      const page = list[i] as number;
      words[page >>> 5] = 0;
      into[i + shift] = page;
    }
  }

  /** Looks at every word; puts the pages whose bits are set into `into` from index `found` on, and clears them. Returns the index after them. */
  takeAll(into: Uint32Array, found: number): number {
    const words = this.#words;
    let count = found;
    for (let at = 0; at < words.length; at += wordsPerStep) {
      const any =
        (words[at] as number) |
        (words[at + 1] as number) |
        (words[at + 2] as number) |
        (words[at + 3] as number) |
        (words[at + 4] as number) |
        (words[at + 5] as number) |
        (words[at + 6] as number) |
        (words[at + 7] as number);
      if (any !== 0) count = takeWords(words, at, at + wordsPerStep, into, count);
    }
    return count;
  }
}

function wordsFor(pages: number): number {
  return Math.ceil(pages / (pagesPerWord * wordsPerStep)) * wordsPerStep;
}

function takeWords(words: Int32Array, from: number, to: number, into: Uint32Array, found: number): number {
  let count = found;
  for (let at = from; at < to; at++) {
    const word = words[at] as number;
    if (word === 0) continue;
    words[at] = 0;
    count = appendBits(word, at * pagesPerWord, into, count);
  }
  return count;
}

/**
 * Puts the pages of the bits set in `word`, whose highest bit stands for page `first`, into `into` from index `found` on.
 * @returns the index after them
 */
export function appendBits(word: number, first: number, into: Uint32Array, found: number): number {
  let count = found;
  let left = word;
  while (left !== 0) {
    const bit = Math.clz32(left);
    into[count++] = first + bit;
    left ^= 0x80000000 >>> bit;
  }
  return count;
}
