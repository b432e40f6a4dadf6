import type { Round } from '../../results/schema.js';
import { bootstrapMedian, durationOf } from './bootstrap.js';
import type { Duration } from './estimate.js';

/** What the first write to a page costs the running guest beyond a write that nothing tracks, in nanoseconds a page. */
export interface FirstWriteCost {
  /** After the page was collected and protected again. */
  readonly again: Duration;
  /** The very first to a page that is huge or of a file; null where there are none. */
  readonly fresh: Duration | null;
}

/** Nanoseconds a page in each round that measured it. */
export function firstWritesIn(rounds: readonly Round[]): number[] {
  return rounds.flatMap(({ firstWrite }) => (firstWrite === undefined ? [] : [chargeOf(firstWrite)]));
}

/** The cost over these rounds; null where none measured it. */
export function firstWriteOf(rounds: readonly Round[], seed: number): FirstWriteCost | null {
  const again = firstWritesIn(rounds);
  if (again.length === 0) return null;
  const fresh = rounds.flatMap(({ firstWrite }) => firstWrite?.freshNs ?? []);
  return {
    again: durationOf(bootstrapMedian(again, seed)),
    fresh: fresh.length === 0 ? null : durationOf(bootstrapMedian(fresh, seed)),
  };
}

/** Below nothing it is lost in the noise of the writes. */
function chargeOf({ firstNs, againNs }: NonNullable<Round['firstWrite']>): number {
  return Math.max(0, firstNs - againNs);
}
