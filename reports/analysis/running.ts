import type { Round } from '../../results/schema.js';
import { bootstrapMedian, durationOf, estimateOf } from './bootstrap.js';
import type { Duration, Estimate } from './estimate.js';

/** What a guest that goes on writing loses while it is collected. */
export interface RunningLoss {
  /** A collect beside it. */
  readonly collect: Duration;
  /** Writes a second before a collect, and during one. */
  readonly beforePerSecond: Estimate;
  readonly duringPerSecond: Estimate;
  /** The longest that the guest saw pass between two writes: between two collects and in one, and the most in any. */
  readonly gapBetween: Duration;
  readonly gapDuring: Duration;
  readonly longestGapNs: number;
}

type Running = NonNullable<Round['running']>;

/** One figure of each round that was collected so. */
export function runningIn(rounds: readonly Round[], figure: (running: Running) => number): number[] {
  return rounds.flatMap(({ running }) => (running === undefined ? [] : [figure(running)]));
}

/** The loss over these rounds; null where none was collected so. */
export function runningOf(rounds: readonly Round[], seed: number): RunningLoss | null {
  if (rounds.every(({ running }) => running === undefined)) return null;
  const medians = (figure: (running: Running) => number) => bootstrapMedian(runningIn(rounds, figure), seed);
  return {
    collect: durationOf(medians(({ collectNs }) => collectNs)),
    beforePerSecond: estimateOf(medians(({ beforePerSecond }) => beforePerSecond)),
    duringPerSecond: estimateOf(medians(({ duringPerSecond }) => duringPerSecond)),
    gapBetween: durationOf(medians(({ gapBetweenNs }) => gapBetweenNs)),
    gapDuring: durationOf(medians(({ gapDuringNs }) => gapDuringNs)),
    longestGapNs: Math.max(...runningIn(rounds, ({ longestGapNs }) => longestGapNs)),
  };
}
