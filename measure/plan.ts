import { Random } from '../base/random.js';
import type { Header, Round } from '../results/schema.js';

/** One round that is to be measured. */
export interface Job {
  /** Index into the header's points. */
  readonly point: number;
  /** True for the second of the A/A pair. */
  readonly twin: boolean;
  readonly round: number;
}

/**
 * Every round of a run that is not finished yet, in an order that the sweep's seed shuffles. `wanted`: how many rounds each point is to
 * have, where that is not what the header says.
 */
export function planJobs(header: Header, finished: readonly Round[], wanted?: readonly number[]): Job[] {
  const done = new Set(finished.map(jobKey));
  const jobs = header.points.flatMap((point, index) => [
    ...rounds(index, false, wanted?.[index] ?? point.rounds),
    ...(index === header.twin ? rounds(index, true, point.rounds) : []),
  ]);
  return shuffle(jobs, new Random(header.points[0]?.seed ?? 0)).filter((job) => !done.has(jobKey(job)));
}

function rounds(point: number, twin: boolean, count: number): Job[] {
  return Array.from({ length: count }, (_, round) => ({ point, twin, round }));
}

/** What tells a round of a run from its others; the same for a round that is planned and for one that is finished. */
export function jobKey({ point, twin, round }: Job): string {
  return `${point}/${twin}/${round}`;
}

/** Another order of the same items, by Fisher and Yates' shuffle. */
export function shuffle<T>(items: readonly T[], random: Random): T[] {
  const shuffled = [...items];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
  }
  return shuffled;
}
