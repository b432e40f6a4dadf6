import { Random } from '../../base/random.js';
import type { AnyHeader, AnyRun, RunsFile } from '../../results/runs.js';
import { type Job, jobKey, shuffle } from '../plan.js';
import type { Progress } from '../run.js';

/** What is to be measured, and how often. */
export interface Plan {
  readonly points: readonly unknown[];
  /** Index of the point that is measured twice in every round; null for none. */
  readonly twin: number | null;
  readonly rounds: number;
  /** Seed of the order. */
  readonly seed: number;
}

/** Every round of every point, in the order to measure them: each round has all points, and the twin, in random order. */
function planRounds({ points, twin, rounds, seed }: Plan): Job[] {
  const random = new Random(seed);
  return Array.from({ length: rounds }, (_, round) => {
    const jobs = points.map((_point, index) => ({ point: index, twin: false, round }));
    return shuffle(twin === null ? jobs : [...jobs, { point: twin, twin: true, round }], random);
  }).flat();
}

/**
 * Measures every round of the plan that the file does not hold yet, one after the other; each is in the file before the next
 * begins.
 * @throws whatever `measure` throws; the signal's reason if that is aborted. `measure` is not told then, and goes on: what it has started
 * has to end with this process.
 */
export async function measureDue<R extends Job & AnyRun>(
  file: RunsFile<AnyHeader, R>,
  plan: Plan,
  measure: (job: Job) => Promise<R>,
  signal: AbortSignal,
  progress: (progress: Progress) => void,
): Promise<void> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  aborted.catch(() => {});
  const done = new Set(file.held.runs.map(jobKey));
  const planned = planRounds(plan);
  const due = planned.filter((job) => !done.has(jobKey(job)));
  const begun = performance.now();
  for (const [index, job] of due.entries()) {
    signal.throwIfAborted();
    // 0 at first, when nothing tells yet how long a round takes.
    const secondsLeft = index === 0 ? 0 : ((performance.now() - begun) / 1000 / index) * (due.length - index);
    progress({ done: planned.length - due.length + index, total: planned.length, secondsLeft });
    file.append(await Promise.race([measure(job), aborted]));
  }
  progress({ done: planned.length, total: planned.length, secondsLeft: 0 });
}
