import { Growing } from './growing.js';

/** What was written, epoch by epoch: pages are numbered in the order in which they were first seen. */
export interface EpochList {
  /** The page of the address space that each number stands for. */
  readonly pages: Float64Array<ArrayBuffer>;
  /** The numbers of all epochs' pages. */
  readonly writes: Uint32Array<ArrayBuffer>;
  /** Where each epoch begins in `writes`, and at the end where the last one ends. */
  readonly starts: Uint32Array<ArrayBuffer>;
}

/** Entries of a recording that a trace can hold. */
export const mostWrites = 2 ** 25;

/** Collects the pages of the epoch under way, each once, and keeps those of finished epochs. */
export class EpochLog {
  readonly #numbers = new Map<number, number>();
  readonly #writes = new Growing();
  readonly #starts = new Growing();
  /** For each number, the epoch that last had it. */
  readonly #lastEpoch = new Growing();
  #epoch = 1;

  constructor() {
    this.#starts.add(0);
  }

  /** Finished epochs. */
  get epochs(): number {
    return this.#starts.length - 1;
  }

  /** Pages of all epochs, the one under way with them. */
  get written(): number {
    return this.#writes.length;
  }

  /** Adds the pages from `first` to before `end` to the epoch under way. */
  add(first: number, end: number): void {
    for (let page = first; page < end; page++) {
      const number = this.#number(page);
      if (this.#lastEpoch.at(number) === this.#epoch) continue;
      this.#lastEpoch.put(number, this.#epoch);
      this.#writes.add(number);
    }
  }

  /** Ends the epoch under way and keeps it. */
  end(): void {
    this.#starts.add(this.#writes.length);
    this.#epoch++;
  }

  /** Ends the epoch under way and forgets it. */
  drop(): void {
    this.#writes.truncate(this.#starts.at(this.#starts.length - 1));
    this.#epoch++;
  }

  /** The finished epochs; one under way is left out. */
  list(): EpochList {
    const starts = this.#starts.values;
    const writes = this.#writes.values.slice(0, starts.at(-1));
    return { pages: Float64Array.from(this.#numbers.keys()), writes, starts };
  }

  #number(page: number): number {
    const known = this.#numbers.get(page);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(page, number);
    this.#lastEpoch.add(0);
    return number;
  }
}
