/**
 * The longest window where polling is wanted and nobody says how long, in microseconds. Longer than a transaction of one client
 * takes with the queue (docs/end-to-end.md), so that a standby finds the message of the next one in it too.
 */
export const longestPollUs = 300;

/** The first window, in nanoseconds, once polling looks as if it paid. */
const firstWindowNs = 10_000;

/**
 * For how long to look for the next message without sleeping, as KVM's halt polling does it: the window doubles while
 * messages come soon after it has ended, and closes when one takes longer than it may ever be, because processor time
 * would be spent for nothing.
 */
export class AdaptivePolling {
  readonly #mostNs: number;
  #windowNs = 0;

  /** `mostUs`: the longest window, in microseconds; 0: never. */
  constructor(mostUs: number) {
    this.#mostNs = mostUs * 1000;
  }

  /** The window for the next wait, in nanoseconds. */
  get windowNs(): number {
    return this.#windowNs;
  }

  /** A wait is over, after so many nanoseconds, and a message `came` or did not. */
  waited(ns: number, came: boolean): void {
    if (ns > this.#mostNs) this.#windowNs = 0;
    else if (came && ns > this.#windowNs)
      this.#windowNs = Math.min(this.#mostNs, Math.max(firstWindowNs, 2 * this.#windowNs));
  }
}
