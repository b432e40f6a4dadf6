import { Worker } from 'node:worker_threads';
import { TrackerError } from './tracker.js';

/** Words shared with a thread: the turn that is asked for and the one that is done. */
const word = { asked: 0, done: 1 } as const;
/** The turn that a new thread has done when it is ready. */
const ready = 1;
const lastTurn = -1;
/** How long a new thread may take until it is ready. */
const startLimitMs = 30_000;

/** What every thread is started with, beside what its own work needs. */
export interface Turns {
  readonly turns: Int32Array<SharedArrayBuffer>;
}

/** A thread that works when it is told to, a turn at a time, and sleeps in between. */
export class Thread {
  static readonly bytes = 2 * Int32Array.BYTES_PER_ELEMENT;

  readonly #turns = new Int32Array(new SharedArrayBuffer(Thread.bytes));
  #turn: number = ready;

  /** Starts the compiled module `file`, which calls `serveTurns`, with `data` and the turns as its `workerData`. */
  constructor(file: URL, data: object) {
    this.#turns[word.asked] = ready;
    new Worker(file, { workerData: { ...data, turns: this.#turns } }).unref();
  }

  /**
   * Lets it work; `end` waits for it. A new thread is not waited for until its first turn.
   * @throws TrackerError if it did not come up.
   */
  begin(): void {
    this.#awaitDone();
    this.#ask(this.#turn + 1);
  }

  /** Waits until it has done its turn. */
  end(): void {
    this.#awaitDone();
  }

  /** The thread ends when it has done its turn. */
  close(): void {
    if (this.#turn === lastTurn) return;
    this.#awaitDone();
    this.#ask(lastTurn);
  }

  #ask(turn: number): void {
    this.#turn = turn;
    Atomics.store(this.#turns, word.asked, turn);
    Atomics.notify(this.#turns, word.asked);
  }

  #awaitDone(): void {
    for (;;) {
      const done = Atomics.load(this.#turns, word.done);
      if (done === this.#turn) return;
      const limitMs = this.#turn === ready ? startLimitMs : Number.POSITIVE_INFINITY;
      if (Atomics.wait(this.#turns, word.done, done, limitMs) === 'timed-out') {
        throw new TrackerError(`a thread did not start within ${startLimitMs / 1000} s: is the machine overloaded?`);
      }
    }
  }
}

/** In the thread: does `work` once a turn, until the thread is closed. */
export function serveTurns({ turns }: Turns, work: () => void): void {
  for (let turn = ready; turn !== lastTurn; ) {
    Atomics.store(turns, word.done, turn);
    Atomics.notify(turns, word.done);
    while (Atomics.load(turns, word.asked) === turn) Atomics.wait(turns, word.asked, turn);
    turn = Atomics.load(turns, word.asked);
    if (turn !== lastTurn) work();
  }
}
