import type { Statistics } from '../wire/statistics.js';
import { StageTimes } from './stage-times.js';

/** What a guest did since someone last asked. */
export class StatsWindow {
  readonly split = new StageTimes();
  /** Epochs sent, the pages in them, and the bytes of their frames. */
  epochs = 0;
  pages = 0;
  wireBytes = 0;
  readonly #forcedExits: number;

  /** `forcedExits` is how many the guest has had up to now. */
  constructor(forcedExits: number) {
    this.#forcedExits = forcedExits;
  }

  summary(forcedExits: number, sharedClock: boolean): Statistics {
    return {
      transactions: this.split.transactions,
      epochs: this.epochs,
      pages: this.pages,
      wireBytes: this.wireBytes,
      forcedExits: forcedExits - this.#forcedExits,
      sharedClock,
      split: this.split.summary(),
    };
  }
}
