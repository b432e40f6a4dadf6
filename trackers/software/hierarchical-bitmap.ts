import type { UnboundedTracker } from '../tracker.js';

/** Words of a level that one word of the level above it sums up. */
const fanOut = 32;

/**
 * A bitmap with levels of summary bits above it: a bit of a level says that its word in the level below is not zero.
 * Detection starts at the one word on top and descends only where something is set, so it costs a few words a dirty
 * page and the logarithm of the guest's memory. Mark sets a bit a level, and stops at the first word that was not zero.
 * A quarter of a byte a page: the levels, and room for the words of the lowest level that a collect will look at. QEMU
 * keeps the dirty bits of its block devices so (HBitmap, 64 bits a word).
 *
 * A collect descends level by level, not word by word: the loads of a level do not wait for each other.
 */
export class HierarchicalBitmap implements UnboundedTracker {
  readonly bounded = false;
  /** From the level of the pages to the top, which is one word. The first bit of a word is its highest. */
  readonly #levels: readonly Int32Array[];
  /** Indices of words, of every second level, while a collect descends; `into` holds those of the others. */
  readonly #wordsToVisit: Uint32Array;

  /** Bytes allocated for a guest of `pages` pages. */
  static bytes(pages: number): number {
    const sizes = levelSizes(pages);
    const words = sizes.reduce((sum, size) => sum + size, sizes[0] ?? 0);
    return words * Int32Array.BYTES_PER_ELEMENT;
  }

  constructor(pages: number) {
    const sizes = levelSizes(pages);
    this.#levels = sizes.map((size) => new Int32Array(size));
    this.#wordsToVisit = new Uint32Array(sizes[0] ?? 0);
  }

  mark(page: number): void {
    const levels = this.#levels;
    let index = page;
    for (let height = 0; height < levels.length; height++) {
      const words = levels[height] as Int32Array;
      const bit = 0x80000000 >>> (index & (fanOut - 1));
      index >>>= 5;
      const word = words[index] as number;
      words[index] = word | bit;
      if (word !== 0) return;
    }
  }

  collect(into: Uint32Array): number {
    const levels = this.#levels;
    const top = levels.length - 1;
    if (levels[top]?.[0] === 0) return 0;
    // A level never has more words set than the level below, so `into` has room for any of them.
    let from = top % 2 === 0 ? this.#wordsToVisit : into;
    let count = 1;
    from[0] = 0;
    for (let height = top; height >= 0; height--) {
      const to = height % 2 === 0 ? into : this.#wordsToVisit;
      count = takeBits(levels[height] as Int32Array, from, count, to);
      from = to;
    }
    return count;
  }
}

/** Words of each level, the level of the pages first. */
function levelSizes(pages: number): number[] {
  const sizes = [Math.ceil(pages / fanOut)];
  for (let size = sizes[0] ?? 1; size > 1; ) {
    size = Math.ceil(size / fanOut);
    sizes.push(size);
  }
  return sizes;
}

/** Writes the indices of the bits set in the `count` words that `from` names into `to`, and clears those words. */
function takeBits(words: Int32Array, from: Uint32Array, count: number, to: Uint32Array): number {
  let found = 0;
  for (let i = 0; i < count; i++) {
    const at = from[i] as number;
    let word = words[at] as number;
    words[at] = 0;
    const first = at * fanOut;
    while (word !== 0) {
      const bit = Math.clz32(word);
      to[found++] = first + bit;
      word ^= 0x80000000 >>> bit;
    }
  }
  return found;
}
