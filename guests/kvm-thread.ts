import { Worker } from 'node:worker_threads';
import { KernelError } from '../kernel/error.js';
import type { Closable } from '../kernel/scope.js';

/** Words that a vCPU's thread shares with its host: a turn's number as asked for and as done, and the turn's error. */
export const turnWord = { asked: 0, done: 1, error: 2 } as const;
/** The turn that a new thread has done when it is ready. */
export const firstTurn = 1;
/** Asked for instead of a turn: the thread ends. */
export const lastTurn = -1;
/** How long a new thread may take until it is ready. */
const startLimitMs = 30_000;

/** What a vCPU's thread is started with. */
export interface ThreadSettings {
  /** The vCPU's descriptor: of the process, so another thread may use it. */
  readonly vcpu: number;
  readonly turns: Int32Array<SharedArrayBuffer>;
}

/**
 * A thread that runs one vCPU when it is told to. It holds nothing of the kernel's itself: the host made the vCPU and
 * closes it, after `close` has waited for the thread to let go of it.
 */
export class VcpuThread implements Closable {
  readonly #turns: Int32Array<SharedArrayBuffer>;
  #turn: number = firstTurn;
  #ended = false;

  /** @throws KernelError if the thread does not come up. */
  constructor(vcpu: number) {
    this.#turns = new Int32Array(new SharedArrayBuffer(4 * Object.keys(turnWord).length));
    this.#turns[turnWord.asked] = this.#turn;
    const settings: ThreadSettings = { vcpu, turns: this.#turns };
    const worker = new Worker(new URL('./kvm-thread-worker.js', import.meta.url), { workerData: settings });
    worker.unref();
    if (Atomics.wait(this.#turns, turnWord.done, 0, startLimitMs) === 'timed-out') {
      throw new KernelError('thread of a vCPU', '', `it did not start within ${startLimitMs / 1000} s`, '');
    }
  }

  /** Lets the vCPU run until the guest exits. */
  begin(): void {
    this.#ask(++this.#turn);
  }

  /** Waits until the guest has exited. @throws KernelError if KVM_RUN failed. */
  end(): void {
    this.#await(this.#turn);
    const error = Atomics.load(this.#turns, turnWord.error);
    if (error !== 0) throw KernelError.of('KVM_RUN', error);
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#await(this.#turn);
    this.#ask(lastTurn);
    this.#await(lastTurn);
  }

  #ask(turn: number): void {
    Atomics.store(this.#turns, turnWord.asked, turn);
    Atomics.notify(this.#turns, turnWord.asked);
  }

  #await(turn: number): void {
    for (;;) {
      const done = Atomics.load(this.#turns, turnWord.done);
      if (done === turn) return;
      Atomics.wait(this.#turns, turnWord.done, done);
    }
  }
}
