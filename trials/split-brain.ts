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
  /** The last two turns of the event loop that a timer saw: what is read now had not arrived by the earlier one. */
  #earlierNs = now();
  #laterNs = now();
  readonly #former = new Set<string>();
  #current: string | null = null;
  #sinceNs = 0;

  /** `mostLate`: answers that may come too late all the same, each in a case that the caller can explain. */
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
