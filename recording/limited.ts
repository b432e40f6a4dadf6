import { type EpochList, EpochLog } from './epochs.js';
import type { ReadLimits } from './reader.js';

/** Epochs one after the other, of which the first are left out, and no more are kept than was asked for or a trace can hold. */
export class LimitedLog {
  readonly #log = new EpochLog();
  readonly #most: number | null;
  readonly #skipUntil: number;
  #toSkip: number;
  #skipping: boolean;
  #full = false;

  constructor({ epochs, skipEpochs, skipMs }: ReadLimits) {
    this.#most = epochs;
    this.#toSkip = skipEpochs;
    this.#skipUntil = performance.now() + skipMs;
    this.#skipping = skipEpochs > 0 || skipMs > 0;
  }

  /** Epochs that are kept. */
  get epochs(): number {
    return this.#log.epochs;
  }

  /** Pages of all epochs, the one under way with them. */
  get written(): number {
    return this.#log.written;
  }

  /** Whether all that was asked for is there, or all that a trace can hold: further epochs change nothing. */
  get full(): boolean {
    return this.#full;
  }

  /** Adds a page to the epoch under way. */
  add(page: number): void {
    this.#log.add(page, page + 1);
  }

  /** Ends the epoch under way; true if it is kept. */
  end(): boolean {
    if (this.#skipping) {
      this.#toSkip--;
      // The epoch in which the time is over is not whole.
      this.#skipping = this.#toSkip > 0 || performance.now() < this.#skipUntil;
      this.#log.drop();
      return false;
    }
    const kept = this.#log.end();
    this.#full = !kept || (this.#most !== null && this.#log.epochs >= this.#most);
    return kept;
  }

  /** The epochs that are kept. */
  list(): EpochList {
    return this.#log.list();
  }
}
