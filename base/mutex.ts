/** Free, held, and held while other threads may be waiting. */
const state = { free: 0, held: 1, waitedFor: 2 } as const;

/** Mutual exclusion between threads by one word of shared memory, 0 at first: a holder whom nobody waits for pays two atomic operations. */
export class Mutex {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #at: number;

  constructor(words: Int32Array<SharedArrayBuffer>, at: number) {
    this.#words = words;
    this.#at = at;
  }

  /** Waits until no other thread holds it, and holds it. */
  lock(): void {
    let seen = this.#exchange(state.free, state.held);
    while (seen !== state.free) {
      if (seen === state.waitedFor || this.#exchange(state.held, state.waitedFor) !== state.free) {
        Atomics.wait(this.#words, this.#at, state.waitedFor);
      }
      // Not as `held`: others may be asleep still, which nobody counts, and only `unlock` of one that is waited for wakes the next.
      seen = this.#exchange(state.free, state.waitedFor);
    }
  }

  unlock(): void {
    if (Atomics.exchange(this.#words, this.#at, state.free) === state.waitedFor) {
      Atomics.notify(this.#words, this.#at, 1);
    }
  }

  #exchange(from: number, to: number): number {
    return Atomics.compareExchange(this.#words, this.#at, from, to);
  }
}
