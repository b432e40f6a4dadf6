import { Random } from '../../base/random.js';
import type { RunsFile } from '../../results/runs.js';

/** One run that is due. */
export interface PlannedRun {
  /** Index into the points. */
  readonly point: number;
  /** True for the second of the A/A pair. */
  readonly twin: boolean;
  readonly round: number;
}

/** How far a measurement is. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** Seconds until the end if what is left goes as what is done. */
  readonly secondsLeft: number;
}

export interface Plan {
  readonly points: readonly unknown[];
  /** Index of the point that is measured twice in every round; null for none. */
  readonly twin: number | null;
  readonly rounds: number;
  /** Seed of the order. */
  readonly seed: number;
}

/** Every run of every round, in the order to measure them: each round has all points, and the twin, in random order. */
function planRuns({ points, twin, rounds, seed }: Plan): PlannedRun[] {
  const random = new Random(seed);
  return Array.from({ length: rounds }, (_, round) => {
    const runs = points.map((_point, index) => ({ point: index, twin: false, round }));
    return shuffle(twin === null ? runs : [...runs, { point: twin, twin: true, round }], random);
  }).flat();
}

function shuffle<T>(items: T[], random: Random): T[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [items[last], items[other]] = [items[other] as T, items[last] as T];
  }
  return items;
}

/**
 * Measures every run of the plan that the file does not hold yet, one after the other; each is in the file before the next
 * begins.
 * @throws whatever `measure` throws; what the signal says if that is aborted.
 */
export async function measureDue<R extends PlannedRun>(
  file: RunsFile<R>,
  plan: Plan,
  measure: (run: PlannedRun) => Promise<R>,
  signal: AbortSignal,
  progress: (progress: Progress) => void,
): Promise<void> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  aborted.catch(() => {});
  const done = new Set(file.held.map(nameOf));
  const planned = planRuns(plan);
  const due = planned.filter((run) => !done.has(nameOf(run)));
  const begun = performance.now();
  for (const [index, run] of due.entries()) {
    const secondsLeft = index === 0 ? 0 : ((performance.now() - begun) / 1000 / index) * (due.length - index);
    progress({ done: planned.length - due.length + index, total: planned.length, secondsLeft });
    file.append(await Promise.race([measure(run), aborted]));
  }
  progress({ done: planned.length, total: planned.length, secondsLeft: 0 });
}

function nameOf({ point, twin, round }: PlannedRun): string {
  return `${point} ${twin} ${round}`;
}
