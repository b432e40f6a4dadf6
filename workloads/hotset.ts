import type { Random } from '../base/random.js';
import type { PageSource } from './drawn.js';

/** Share of the writes that go to the hot set, and share of the pages that it has. */
const hotWrites = 0.9;
const hotPages = 0.1;

/** Writes after which the hot set has moved on by a page. */
const writesPerStep = 64;

/**
 * A working set that drifts: nine in ten writes go to one tenth of the pages, which lie together, and the others to the
 * rest, each page as likely as any other there. After every 64 writes the hot set takes in the page after its last and
 * gives up its first; at the end of memory it goes on at page 0. The seed says where it is at first.
 */
export class HotSet implements PageSource {
  readonly #pages: number;
  readonly #hot: number;
  readonly #random: Random;
  #first: number;
  #writes = 0;

  constructor(pages: number, random: Random) {
    this.#pages = pages;
    this.#hot = Math.max(1, Math.floor(pages * hotPages));
    this.#random = random;
    this.#first = random.below(pages);
  }

  draw(): number {
    if (++this.#writes % writesPerStep === 0) this.#first = this.#wrapped(this.#first + 1);
    const hot = this.#random.fraction() < hotWrites;
    const offset = hot ? this.#random.below(this.#hot) : this.#hot + this.#random.below(this.#pages - this.#hot);
    return this.#wrapped(this.#first + offset);
  }

  /** The hot set, and then the pages after it: an epoch that needs more pages has a larger working set. */
  filler(index: number): number {
    return this.#wrapped(this.#first + index);
  }

  /** `page` is below twice the pages. */
  #wrapped(page: number): number {
    return page < this.#pages ? page : page - this.#pages;
  }
}
