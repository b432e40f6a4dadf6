import { KernelError } from '../kernel/error.js';
import type { Closable } from '../kernel/scope.js';
import { awaitState, setState, startThread, threadState } from '../kernel/thread.js';

/** Words that a vCPU's thread shares with its host: a turn's number as asked for and as done, and the turn's error. */
export const turnWord = { asked: 0, done: 1, error: 2 } as const;
/** Asked for instead of a turn: the thread ends. */
export const lastTurn = -1;

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
  readonly #turns = new Int32Array(new SharedArrayBuffer(4 * Object.keys(turnWord).length));
  #turn: number = threadState.ready;
  #ended = false;

  /** @throws KernelError if the thread does not come up. */
  constructor(vcpu: number) {
    this.#turns[turnWord.asked] = this.#turn;
    const settings: ThreadSettings = { vcpu, turns: this.#turns };
    const script = new URL('./kvm-thread-worker.js', import.meta.url);
    startThread({ what: 'vCPU', script, data: settings, shared: this.#turns, word: turnWord.done });
  }

  /** Lets the vCPU run until the guest exits. */
  begin(): void {
    setState(this.#turns, turnWord.asked, ++this.#turn);
  }

  /** Waits until the guest has exited. @throws KernelError if KVM_RUN failed. */
  end(): void {
    awaitState(this.#turns, turnWord.done, this.#turn);
    const error = Atomics.load(this.#turns, turnWord.error);
    if (error !== 0) throw KernelError.of('KVM_RUN', error);
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    awaitState(this.#turns, turnWord.done, this.#turn);
    setState(this.#turns, turnWord.asked, lastTurn);
    awaitState(this.#turns, turnWord.done, lastTurn);
  }
}
