import { median } from 'simple-statistics';
import type { AnyRun } from '../../results/runs.js';

/** In what state processes and machine were while rounds were measured, as far as the file says. */
export interface Steadiness {
  /** Rounds that were warmed up until their pace stopped rising, and those whose warm-up ended before. */
  readonly steady: number;
  readonly unsteady: number;
  /** Share of the cores' time in which they had nothing to do: median of the rounds; null: not known. */
  readonly idleShare: number | null;
}

/** What the rounds of a file say of it. Files written before it was looked at say nothing. */
export function steadinessOf(runs: readonly AnyRun[]): Steadiness {
  const warmed = runs.flatMap(({ warmup }) => (warmup === undefined ? [] : [warmup]));
  const idle = runs.flatMap(({ idleShare }) => idleShare ?? []);
  const steady = warmed.filter((warmup) => warmup.steady).length;
  return { steady, unsteady: warmed.length - steady, idleShare: idle.length === 0 ? null : median(idle) };
}
