import { Random } from '../base/random.js';
import type { Workload } from './workload.js';

/**
 * Every epoch writes the pages after the last epoch's, in order, and begins again at page 0 after the last page: a guest
 * that copies, or fills its page cache from a disk. The seed says where it begins.
 */
export class Sequential implements Workload {
  readonly mostWrites: number;
  readonly #pages: number;
  #page: number;

  constructor(pages: number, pagesPerEpoch: number, seed: number) {
    this.mostWrites = pagesPerEpoch;
    this.#pages = pages;
    this.#page = new Random(seed).below(pages);
  }

  next(into: Uint32Array): number {
    let page = this.#page;
    for (let i = 0; i < this.mostWrites; i++) {
      into[i] = page++;
      if (page === this.#pages) page = 0;
    }
    this.#page = page;
    return this.mostWrites;
  }
}
