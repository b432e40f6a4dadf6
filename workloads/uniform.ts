import { PageSet } from './pageset.js';
import { Random } from './random.js';
import type { Workload } from './workload.js';

/** Every epoch writes pages drawn from the whole memory, each page as likely as any other: no locality at all. */
export class Uniform implements Workload {
  readonly mostWrites: number;
  readonly #pages: number;
  readonly #random: Random;
  readonly #drawn: PageSet;

  constructor(pages: number, pagesPerEpoch: number, seed: number) {
    this.mostWrites = pagesPerEpoch;
    this.#pages = pages;
    this.#random = new Random(seed);
    this.#drawn = new PageSet(pagesPerEpoch);
  }

  next(into: Uint32Array): number {
    this.#drawn.clear();
    let count = 0;
    while (count < this.mostWrites) {
      const page = this.#random.below(this.#pages);
      if (this.#drawn.add(page)) into[count++] = page;
    }
    return count;
  }
}
