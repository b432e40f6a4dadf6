import { Bitmap } from './bitmap.js';

/**
 * Pages that were taken out of a full ring before their epoch ended. A page harvested early is protected again, so it
 * enters the ring a second time when it is written again: a bit a page keeps it from coming out twice. Four bytes and a
 * bit a page, of which only what was harvested is ever touched.
 */
export class Harvest {
  readonly #pages: Uint32Array;
  readonly #held: Bitmap;
  #count = 0;

  /** Bytes allocated for a guest of `pages` pages. */
  static bytes(pages: number): number {
    return pages * Uint32Array.BYTES_PER_ELEMENT + Bitmap.bytes(pages);
  }

  constructor(pages: number) {
    this.#pages = new Uint32Array(pages);
    this.#held = new Bitmap(pages);
  }

  /** True: nothing was harvested early, and the ring alone has the epoch's pages, each once. */
  get empty(): boolean {
    return this.#count === 0;
  }

  /** Keeps a page for the next collect; does nothing if it is held already. */
  add(page: number): void {
    if (this.#held.add(page)) this.#pages[this.#count++] = page;
  }

  /** Writes every page held into `into`, returns how many they were, and forgets them. */
  collect(into: Uint32Array): number {
    const count = this.#count;
    this.#held.takeListed(this.#pages, 0, count, into, 0);
    this.#count = 0;
    return count;
  }
}
