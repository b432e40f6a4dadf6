import { OptionalClass } from '../optional.js';
import type { UnboundedTracker } from '../tracker.js';

/** The part of mnemonist's SparseSet that is used. */
interface SparseSet {
  readonly size: number;
  add(page: number): unknown;
  forEach(callback: (page: number) => void): void;
  clear(): void;
}

/** The package's class, if it is installed. */
export const sparseSet = new OptionalClass<new (length: number) => SparseSet>('mnemonist', 'SparseSet');

/**
 * The sparse set of the package mnemonist (Briggs and Torczon): a list of the members, and for each page its place in
 * the list. It is emptied in constant time, without clearing anything. Collect grows with the pages written; mark
 * looks up the page's place and checks it against the list. Two page numbers a page, of the fewest bytes that hold one.
 */
export class LibrarySparseSet implements UnboundedTracker {
  readonly bounded = false;
  readonly #pages: SparseSet;

  /** Bytes allocated for a guest of `pages` pages. */
  static bytes(pages: number): number {
    const bytesPerNumber = pages <= 2 ** 8 ? 1 : pages <= 2 ** 16 ? 2 : 4;
    return 2 * pages * bytesPerNumber;
  }

  /** @throws TrackerError if the package is not installed. */
  constructor(pages: number) {
    this.#pages = new (sparseSet.get())(pages);
  }

  mark(page: number): void {
    this.#pages.add(page);
  }

  collect(into: Uint32Array): number {
    let found = 0;
    this.#pages.forEach((page) => {
      into[found++] = page;
    });
    this.#pages.clear();
    return found;
  }
}
