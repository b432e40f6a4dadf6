import { PageSet } from '../base/pageset.js';
import type { Workload } from './workload.js';

/** Where single writes fall in a guest's memory. */
export interface PageSource {
  /** The page of one write. */
  draw(): number;
  /** The `index`-th page in some order of all pages, each once, that does not change between two draws. */
  filler(index: number): number;
}

/** Draws that an epoch may take for each distinct page it is to write. */
const drawsPerPage = 4;

/**
 * Epochs made of single writes: pages are drawn from a source until an epoch has the distinct pages it should.
 *
 * The draws are bounded, for a source that prefers some pages may hardly ever come to the others: after four draws for
 * each distinct page the epoch takes what is still missing in the source's filling order. That looks at no more pages
 * than the epoch has, so an epoch's cost follows its own pages and not the guest's memory.
 */
export class Drawn implements Workload {
  readonly mostWrites: number;
  readonly #source: PageSource;
  readonly #pagesPerEpoch: number;
  readonly #repeats: boolean;
  readonly #written: PageSet;

  /** A page drawn again in the same epoch is written again if `repeats` are `kept`, and drawn anew if `dropped`. */
  constructor(source: PageSource, pagesPerEpoch: number, repeats: 'kept' | 'dropped') {
    this.mostWrites = repeats === 'kept' ? pagesPerEpoch * drawsPerPage : pagesPerEpoch;
    this.#source = source;
    this.#pagesPerEpoch = pagesPerEpoch;
    this.#repeats = repeats === 'kept';
    this.#written = new PageSet(pagesPerEpoch);
  }

  next(into: Uint32Array): number {
    const written = this.#written;
    written.clear();
    let count = 0;
    let missing = this.#pagesPerEpoch;
    // What is missing always has room left, so that writes and repeats together stay within `mostWrites`.
    for (let draws = missing * drawsPerPage; missing > 0 && draws > missing; draws--) {
      const page = this.#source.draw();
      const first = written.add(page);
      if (first) missing--;
      if (first || this.#repeats) into[count++] = page;
    }
    for (let index = 0; missing > 0; index++) {
      const page = this.#source.filler(index);
      if (!written.add(page)) continue;
      missing--;
      into[count++] = page;
    }
    return count;
  }
}
