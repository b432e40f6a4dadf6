import { Worker } from 'node:worker_threads';
import { KernelError } from './error.js';

/** How long a new thread may take until it is ready. */
const defaultLimitMs = 30_000;

/** The values of a thread's state word while it starts. */
export const threadState = { starting: 0, ready: 1 } as const;

/** A thread to start. */
export interface ThreadPlan {
  /** What it is, for the error if it does not start. */
  readonly what: string;
  readonly script: URL;
  readonly data: object;
  /** Words shared with it, of which it sets the one at `word` to something else than `starting` when it is ready. */
  readonly shared: Int32Array<SharedArrayBuffer>;
  readonly word: number;
  readonly limitMs?: number;
}

/**
 * Starts a worker thread and waits until it is ready. It does not keep the process alive.
 * @throws KernelError if it does not come up.
 */
export function startThread({ what, script, data, shared, word, limitMs = defaultLimitMs }: ThreadPlan): void {
  const worker = new Worker(script, { workerData: data, execArgv: [] });
  worker.unref();
  // A thread that fails is missed by whoever waits for its word; the event would end the process.
  worker.on('error', () => {});
  if (Atomics.wait(shared, word, threadState.starting, limitMs) === 'timed-out') {
    throw new KernelError(what, '', `its thread did not start within ${limitMs / 1000} s`, 'a machine with less to do');
  }
}

/** Waits until the word at `word` of `shared` is `wanted`. */
export function awaitState(shared: Int32Array<SharedArrayBuffer>, word: number, wanted: number): void {
  for (;;) {
    const state = Atomics.load(shared, word);
    if (state === wanted) return;
    Atomics.wait(shared, word, state);
  }
}

/** Sets the word at `word` of `shared`, and wakes who waits for it. */
export function setState(shared: Int32Array<SharedArrayBuffer>, word: number, state: number): void {
  Atomics.store(shared, word, state);
  Atomics.notify(shared, word);
}
