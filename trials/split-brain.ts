import { now } from '../replication/clock.js';
import { OutputCommitViolation } from '../replication/error.js';

/**
 * Watches that two servers of one guest never both answer: once another one has begun to, the one before must not be heard
 * again. What counts is when an answer arrived, not when this process came to look at it, which may be later: an answer
 * is only held against a server if it surely arrived after the other's first one had been read.
 */
export class SplitBrainDetector {
  readonly #pulse: NodeJS.Timeout;
  readonly #mostLate: number;
  #late = 0;
  /**
   * When the timer last came, and when it came before that. Between the two the event loop read all that had arrived by the earlier one:
   * what is read now came after that.
   */
  #earlierNs = now();
  #laterNs = now();
  readonly #former = new Set<string>();
  #current: string | null = null;
  #sinceNs = 0;

  /**
   * `mostLate`: so many late answers are no violation. A primary that was stopped between looking at its lease and writing an answer writes
   * that one when it goes on, which does no harm: what it says is true, and in the standby (`lateAnswers` in faults.ts).
   */
  constructor(mostLate = 0) {
    this.#mostLate = mostLate;
    this.#pulse = setInterval(() => {
      this.#earlierNs = this.#laterNs;
      this.#laterNs = now();
    }, 1);
  }

  /** An answer has been read, from the server of that name. @throws OutputCommitViolation if another server has taken over before it came. */
  heard(from: string): void {
    if (from === this.#current) return;
    if (!this.#former.has(from)) {
      if (this.#current !== null) this.#former.add(this.#current);
      this.#current = from;
      this.#sinceNs = now();
    } else if (this.#current !== null && this.#earlierNs > this.#sinceNs && ++this.#late > this.#mostLate) {
      const lateMs = ((this.#earlierNs - this.#sinceNs) / 1e6).toFixed(1);
      throw new OutputCommitViolation(`${from} answered more than ${lateMs} ms after ${this.#current} had begun to`);
    }
  }

  close(): void {
    clearInterval(this.#pulse);
  }
}
