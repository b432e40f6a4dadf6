import { type EpochList, EpochLog, mostWrites } from './epochs.js';
import type { ReadLimits } from './reader.js';

/** Epochs one after the other, of which the first are left out, and no more are kept than was asked for or a trace can hold. */
export class LimitedLog {
  readonly #log = new EpochLog();
  readonly #most: number | null;
  #toSkip: number;
  #full = false;

  constructor({ epochs, skipEpochs }: ReadLimits) {
    this.#most = epochs;
    this.#toSkip = skipEpochs;
  }

  /** Whether all that was asked for is there: further epochs change nothing. */
  get full(): boolean {
    return this.#full;
  }

  /** Adds a page to the epoch under way. */
  add(page: number): void {
    this.#log.add(page, page + 1);
  }

  /** Ends the epoch under way; true if it is kept. */
  end(): boolean {
    if (this.#toSkip > 0) {
      this.#toSkip--;
      this.#log.drop();
      return false;
    }
    this.#log.end();
    this.#full = (this.#most !== null && this.#log.epochs >= this.#most) || this.#log.written > mostWrites;
    return true;
  }

  /** Those that are kept. */
  list(): EpochList {
    return this.#log.list();
  }
}
