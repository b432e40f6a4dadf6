import { Worker } from 'node:worker_threads';
import { KernelError } from './error.js';

/** How long a new thread may take until it is ready. */
const startLimitMs = 30_000;

/** The values of a thread's state word while it starts. */
export const threadState = { starting: 0, ready: 1 } as const;

/**
 * Starts a worker thread and waits until it has set the word at `word` of `shared` to something else than `starting`. It
 * does not keep the process alive.
 * @throws KernelError if it does not come up.
 */
export function startThread(
  what: string,
  script: URL,
  shared: Int32Array<SharedArrayBuffer>,
  word: number,
  data: object,
) {
  const worker = new Worker(script, { workerData: data });
  worker.unref();
  if (Atomics.wait(shared, word, threadState.starting, startLimitMs) === 'timed-out') {
    throw new KernelError(what, '', `its thread did not start within ${startLimitMs / 1000} s`, '');
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
