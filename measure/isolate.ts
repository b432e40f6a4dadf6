import { Piscina } from 'piscina';
import { formatSize } from '../results/size.js';
import { RoundFailure } from './problem.js';
import type { Measurement, RoundTask } from './round.js';
import { WrongSetError } from './verification.js';
import type { RoundOutcome } from './worker.js';

/** Runs a round somewhere; the runner is tested with one that takes no time. */
export type RunRound = (task: RoundTask, signal: AbortSignal) => Promise<Measurement>;

/**
 * Runs a round in a Piscina worker of its own. A pool is made for each round and destroyed after it: a worker that has
 * run another round before has another state of optimisation, and would give another figure.
 * @throws WrongSetError if the tracker lost a page; RoundFailure if the kernel refused; an AbortError if the signal says so.
 */
export const runInFreshIsolate: RunRound = async (task, signal) => {
  const pool = new Piscina<RoundTask, RoundOutcome>({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: 1,
    maxThreads: 1,
  });
  try {
    const outcome = await pool.run(task, { signal });
    if (outcome.kind === 'measured') return outcome.measurement;
    const { tracker, workload, memoryBytes } = task.point;
    const message = `tracker '${tracker}' (workload ${workload}, ${formatSize(memoryBytes)}, round ${task.round}): ${outcome.message}`;
    throw outcome.kind === 'wrong-set' ? new WrongSetError(message) : new RoundFailure(message);
  } finally {
    await pool.destroy();
  }
};
