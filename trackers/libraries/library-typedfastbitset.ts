import { OptionalClass } from '../optional.js';
import type { UnboundedTracker } from '../tracker.js';

/** The part of typedfastbitset's TypedFastBitSet that is used. */
interface BitSet {
  add(page: number): void;
  forEach(callback: (page: number) => void): void;
  removeRange(start: number, end: number): void;
}

/** The package's class, if it is installed. */
export const typedFastBitSet = new OptionalClass<new (values: undefined, words: Uint32Array) => BitSet>(
  'typedfastbitset',
  'TypedFastBitSet',
);

/**
 * A bit a page in the package typedfastbitset: collect looks at every word and then clears them all, so it grows with
 * the guest's memory; mark is one word. It is made at its full size, and emptied in place, because its own `clear` gives
 * the memory up. An eighth of a byte a page, and a word: the package never clears the last bit of its memory.
 */
export class LibraryTypedFastBitSet implements UnboundedTracker {
  readonly bounded = false;
  readonly #guestPages: number;
  readonly #pages: BitSet;

  /** Bytes allocated for a guest of `pages` pages. */
  static bytes(pages: number): number {
    return wordsFor(pages) * Uint32Array.BYTES_PER_ELEMENT;
  }

  /** @throws TrackerError if the package is not installed. */
  constructor(pages: number) {
    this.#guestPages = pages;
    this.#pages = new (typedFastBitSet.get())(undefined, new Uint32Array(wordsFor(pages)));
  }

  mark(page: number): void {
    this.#pages.add(page);
  }

  collect(into: Uint32Array): number {
    let found = 0;
    this.#pages.forEach((page) => {
      into[found++] = page;
    });
    this.#pages.removeRange(0, this.#guestPages);
    return found;
  }
}

function wordsFor(pages: number): number {
  return Math.floor(pages / 32) + 1;
}
