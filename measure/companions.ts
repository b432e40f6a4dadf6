import type { RunInIsolate } from './isolate.js';
import type { RoundTask } from './round.js';
import { fewestWarmupEpochs } from './warmup.js';
import type { RoundOutcome } from './worker.js';

const lookEveryMs = 10;

/**
 * Guests that write and are collected beside the one that is measured, with the same tracker at the same point and pages of their
 * own, each epoch verified; for ever, since they end with their process.
 */
export class Companions {
  readonly #epochs: Int32Array<SharedArrayBuffer>;
  readonly #ended: Promise<RoundOutcome>[];

  /** Starts so many, as threads of this process; `first` is the number of the first among all that are beside that guest. */
  constructor(run: RunInIsolate, task: RoundTask, first: number, count: number) {
    const epochs = new Int32Array(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT));
    this.#epochs = epochs;
    this.#ended = Array.from({ length: count }, (_, index) =>
      run({ ...task, companion: { number: first + index, epochs, index } }),
    );
  }

  /** Settles as soon as one ends, which none should: with what it says, such as a set that was wrong. */
  get failed(): Promise<RoundOutcome> {
    return Promise.race(this.#ended);
  }

  /** Resolves when all have as many epochs behind them as a warm-up has at the least. */
  async ready(): Promise<void> {
    while (this.#epochs.some((_, index) => Atomics.load(this.#epochs, index) < fewestWarmupEpochs)) {
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }
}
