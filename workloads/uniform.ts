import type { Random } from '../base/random.js';
import type { PageSource } from './drawn.js';
import { Layout } from './layout.js';

/** Writes fall anywhere in memory, each page as likely as any other: no locality at all. */
export class Uniform implements PageSource {
  readonly #pages: number;
  readonly #random: Random;
  readonly #layout: Layout;
  #last = 0;

  constructor(pages: number, random: Random) {
    this.#pages = pages;
    this.#random = random;
    this.#layout = new Layout(pages);
  }

  draw(): number {
    this.#last = this.#random.below(this.#pages);
    return this.#last;
  }

  /** Scattered over memory, from a place that the last draw gives. */
  filler(index: number): number {
    return this.#layout.scattered((this.#last + index) % this.#pages, 1);
  }
}
