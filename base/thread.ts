import { Worker } from 'node:worker_threads';
import { UserError } from './usererror.js';

/** A thread that did not come up, or failed at its work. */
export class ThreadError extends UserError {
  override readonly name = 'ThreadError';
}

/** Words shared with a thread: the turn that is asked for, the one that is done, and how long the text of its fault is. */
const word = { asked: 0, done: 1, faultBytes: 2 } as const;
const words = 3;
/** The turn that a new thread has done when it is ready. */
const ready = 1;
const lastTurn = -1;
/** The value of `done` once the thread has ended by a fault. */
const failed = -2;
/** How much of a fault's text is kept. */
const faultRoom = 500;
/** How long a new thread may take until it is ready. */
const startLimitMs = 30_000;

/** What every thread is started with, beside what its own work needs. */
export interface Turns {
  readonly turns: Int32Array<SharedArrayBuffer>;
  /** What was thrown in the thread, in UTF-8. */
  readonly fault: Uint8Array<SharedArrayBuffer>;
}

/** A thread that works when it is told to, a turn at a time, and sleeps in between. */
export class Thread {
  static readonly bytes = words * Int32Array.BYTES_PER_ELEMENT + faultRoom;

  readonly #turns = new Int32Array(new SharedArrayBuffer(words * Int32Array.BYTES_PER_ELEMENT));
  readonly #fault = new Uint8Array(new SharedArrayBuffer(faultRoom));
  #turn: number = ready;

  /** Starts the compiled module `file`, which calls `serveTurns`, with `data` and the turns as its `workerData`. */
  constructor(file: URL, data: object) {
    this.#turns[word.asked] = ready;
    const turns: Turns = { turns: this.#turns, fault: this.#fault };
    // Without what this process was started with: of a program from the command line (`-e`) a thread would not come up.
    const worker = new Worker(file, { workerData: { ...data, ...turns }, execArgv: [] });
    worker.on('error', (error) => fail(turns, error));
    worker.unref();
  }

  /**
   * Lets it work; `end` waits for it. A new thread is not waited for until its first turn.
   * @throws ThreadError if it did not come up, or failed in the turn before.
   */
  begin(): void {
    this.#awaitDone();
    this.#ask(this.#turn + 1);
  }

  /** Waits until it has done its turn. @throws ThreadError if it failed in it. */
  end(): void {
    this.#awaitDone();
  }

  /** The thread ends when it has done its turn. @throws ThreadError if it did not come up; one that failed is gone already. */
  close(): void {
    if (this.#turn === lastTurn || this.#hasFailed()) return;
    this.#awaitDone();
    this.#ask(lastTurn);
  }

  #ask(turn: number): void {
    this.#turn = turn;
    Atomics.store(this.#turns, word.asked, turn);
    Atomics.notify(this.#turns, word.asked);
  }

  #hasFailed(): boolean {
    return Atomics.load(this.#turns, word.done) === failed;
  }

  #awaitDone(): void {
    for (;;) {
      const done = Atomics.load(this.#turns, word.done);
      if (done === this.#turn) return;
      if (done === failed) throw new ThreadError(`a thread failed at its work: ${this.#faultText()}`);
      const limitMs = this.#turn === ready ? startLimitMs : Number.POSITIVE_INFINITY;
      if (Atomics.wait(this.#turns, word.done, done, limitMs) === 'timed-out') {
        throw new ThreadError(`a thread did not start within ${startLimitMs / 1000} s: is the machine overloaded?`);
      }
    }
  }

  #faultText(): string {
    return new TextDecoder().decode(this.#fault.slice(0, Atomics.load(this.#turns, word.faultBytes)));
  }
}

/** In the thread: does `work` once a turn, until the thread is closed or `work` throws, which its `Thread` then does too. */
export function serveTurns(turns: Turns, work: () => void): void {
  try {
    takeTurns(turns, work);
  } catch (error) {
    fail(turns, error);
  }
}

function takeTurns({ turns }: Turns, work: () => void): void {
  for (let turn = ready; turn !== lastTurn; ) {
    Atomics.store(turns, word.done, turn);
    Atomics.notify(turns, word.done);
    while (Atomics.load(turns, word.asked) === turn) Atomics.wait(turns, word.asked, turn);
    turn = Atomics.load(turns, word.asked);
    if (turn !== lastTurn) work();
  }
}

/** Nobody hears of an 'error' event while they wait for a turn: a fault is told by the words that they wait on. */
function fail({ turns, fault }: Turns, error: unknown): void {
  const text = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ');
  Atomics.store(turns, word.faultBytes, new TextEncoder().encodeInto(text, fault).written);
  Atomics.store(turns, word.done, failed);
  Atomics.notify(turns, word.done);
}
