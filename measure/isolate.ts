import { Piscina } from 'piscina';
import { formatSize } from '../base/size.js';
import type { Measured, Round } from '../results/schema.js';
import { RoundFailure } from './problem.js';
import type { Measurement, RoundTask } from './round.js';
import type { RoundOutcome } from './worker.js';
import { WrongSetError } from './wrong-set.js';

/** What came of a round: its figures, and those of the same round in another build where it is measured against one. */
export type RoundFigures = Pick<Round, keyof Measured | 'against'>;

/** Runs a round somewhere; the runner is tested with one that takes no time. */
export type RunRound = (task: RoundTask, signal: AbortSignal) => Promise<RoundFigures>;

/** Runs a task in an isolate of its own. */
export type RunInIsolate = (task: RoundTask) => Promise<RoundOutcome>;

/**
 * Runs a round in a Piscina worker of its own. A pool is made for each round and destroyed after it: a worker that has
 * run another round before has another state of optimisation, and would give another figure.
 * @throws an AbortError if the signal says so.
 */
export async function runInFreshIsolate(task: RoundTask, signal?: AbortSignal): Promise<RoundOutcome> {
  const pool = new Piscina<RoundTask, RoundOutcome>({
    // worker.ts with all that it imports, as `worker.vite.config.ts` puts it together.
    filename: new URL('./worker-bundle.js', import.meta.url).href,
    minThreads: 1,
    maxThreads: 1,
  });
  try {
    return await pool.run(task, signal === undefined ? {} : { signal });
  } finally {
    await pool.destroy();
  }
}

/**
 * The measurement in an outcome.
 * @throws WrongSetError if the tracker lost a page; RoundFailure if the kernel refused.
 */
export function measurementIn(outcome: RoundOutcome, { point, round }: RoundTask): Measurement {
  if (outcome.kind === 'measured') return outcome.measurement;
  const { tracker, workload, memoryBytes } = point;
  const message = `tracker '${tracker}' (workload ${workload}, ${formatSize(memoryBytes)}, round ${round}): ${outcome.message}`;
  throw outcome.kind === 'wrong-set' ? new WrongSetError(message) : new RoundFailure(message);
}
