import { mostTracePages, mostTraceText } from '../base/trace.js';
import { Growing } from './growing.js';

/** What was written, epoch by epoch: pages are numbered in the order in which they were first seen. */
export interface EpochList {
  /** The page of the address space that each number stands for. */
  readonly pages: Float64Array<ArrayBuffer>;
  /** The numbers of all epochs' pages. */
  readonly writes: Uint32Array<ArrayBuffer>;
  /** Where each epoch begins in `writes`, and at the end where the last one ends. */
  readonly starts: Uint32Array<ArrayBuffer>;
  /** An epoch came that a trace cannot hold beside these: it and those after it are left out. */
  readonly full: boolean;
}

/** How much an `EpochLog` takes. */
interface LogLimits {
  /** Most bytes of text that the epochs may take in a trace. */
  readonly bytes: number;
  /** Most different pages that may be written. */
  readonly pages: number;
}

/** Room for what a trace says about itself: a command line may be two megabytes long. */
const headerBytes = 2 ** 22;
/** As much as a trace can hold; and no more pages than a Map has room for: 64 GiB. */
const traceLimits: LogLimits = { bytes: mostTraceText - headerBytes, pages: 2 ** 24 };

/** Most bytes that a write takes in a trace, with the space before it. */
const bytesOfWrite = 1 + String(mostTracePages - 1).length;
/** Most bytes that an epoch takes besides: its stores, and a line's end. */
const bytesOfEpoch = 1 + String(2 ** 32).length;

/**
 * Collects the pages of the epoch under way, each once, and keeps those of finished epochs: as many as are sure to fit a trace.
 */
export class EpochLog {
  readonly #limits: LogLimits;
  readonly #numbers = new Map<number, number>();
  readonly #writes = new Growing();
  readonly #starts = new Growing();
  /** For each number, the epoch that last had it. */
  readonly #lastEpoch = new Growing();
  #epoch = 1;
  /** The epoch under way has pages for which there is no number. */
  #tooManyPages = false;
  #full = false;

  constructor(limits = traceLimits) {
    this.#limits = limits;
    this.#starts.add(0);
  }

  /** Finished epochs. */
  get epochs(): number {
    return this.#starts.length - 1;
  }

  /** An epoch came that a trace cannot hold beside those before it: no further one is to be recorded. */
  get full(): boolean {
    return this.#full;
  }

  /** Pages of all epochs, the one under way with them. */
  get written(): number {
    return this.#writes.length;
  }

  /** Adds the pages from `first` to before `end` to the epoch under way. */
  add(first: number, end: number): void {
    for (let page = first; page < end; page++) {
      const number = this.#number(page);
      if (number === null) return;
      if (this.#lastEpoch.at(number) === this.#epoch) continue;
      this.#lastEpoch.put(number, this.#epoch);
      this.#writes.add(number);
    }
  }

  /** Ends the epoch under way and keeps it; false if a trace cannot hold it: it is forgotten, and the log is full. */
  end(): boolean {
    const bytes = bytesOfWrite * this.written + bytesOfEpoch * (this.epochs + 1);
    if (this.#tooManyPages || bytes > this.#limits.bytes) {
      this.#full = true;
      this.drop();
      return false;
    }
    this.#starts.add(this.#writes.length);
    this.#epoch++;
    return true;
  }

  /** Ends the epoch under way and forgets it. */
  drop(): void {
    this.#writes.truncate(this.#starts.at(this.#starts.length - 1));
    this.#tooManyPages = false;
    this.#epoch++;
  }

  /** The finished epochs; one under way is left out. */
  list(): EpochList {
    const starts = this.#starts.values;
    const writes = this.#writes.values.slice(0, starts.at(-1));
    return { pages: Float64Array.from(this.#numbers.keys()), writes, starts, full: this.#full };
  }

  /** The number of a page; null if there are no more. */
  #number(page: number): number | null {
    const known = this.#numbers.get(page);
    if (known !== undefined) return known;
    if (this.#numbers.size === this.#limits.pages) {
      this.#tooManyPages = true;
      return null;
    }
    const number = this.#numbers.size;
    this.#numbers.set(page, number);
    this.#lastEpoch.add(0);
    return number;
  }
}
