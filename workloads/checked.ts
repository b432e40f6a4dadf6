import { PageSet } from '../base/pageset.js';
import { type Workload, WorkloadError } from './workload.js';

/** Holds a workload of the user's own to what a guest can write, epoch by epoch; outside of what is timed. `name` is for errors. */
export class Checked implements Workload {
  readonly mostWrites: number;
  readonly #workload: Workload;
  readonly #pages: number;
  readonly #pagesPerEpoch: number;
  readonly #name: string;
  readonly #distinct: PageSet;

  constructor(workload: Workload, pages: number, pagesPerEpoch: number, name: string) {
    this.mostWrites = workload.mostWrites;
    this.#workload = workload;
    this.#pages = pages;
    this.#pagesPerEpoch = pagesPerEpoch;
    this.#name = name;
    this.#distinct = new PageSet(pagesPerEpoch);
  }

  /** @throws WorkloadError if the epoch is not one that was asked for. */
  next(into: Uint32Array): number {
    const writes = this.#workload.next(into);
    if (!Number.isInteger(writes) || writes < 0 || writes > this.mostWrites) {
      throw this.#fault(`returned ${writes} writes, where it says that an epoch has at most ${this.mostWrites}`);
    }
    this.#distinct.clear();
    for (let i = 0; i < writes; i++) {
      const page = into[i] as number;
      if (page >= this.#pages) throw this.#fault(`wrote page ${page} of ${this.#pages}, which are counted from 0`);
      if (this.#distinct.has(page)) continue;
      if (this.#distinct.size === this.#pagesPerEpoch) {
        throw this.#fault(`wrote more than the ${this.#pagesPerEpoch} distinct pages that an epoch was to have`);
      }
      this.#distinct.add(page);
    }
    if (this.#distinct.size < this.#pagesPerEpoch) {
      throw this.#fault(
        `wrote ${this.#distinct.size} distinct pages, where an epoch was to have ${this.#pagesPerEpoch}`,
      );
    }
    return writes;
  }

  #fault(why: string): WorkloadError {
    return new WorkloadError(`workload '${this.#name}': next() ${why}`);
  }
}
