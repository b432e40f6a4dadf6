import type { Round } from '../../results/schema.js';
import { bootstrapMedian, durationOf, type Medians } from './bootstrap.js';
import type { Duration } from './estimate.js';

/** What turning tracking on and off costs for a guest whose memory is all there, in nanoseconds. */
export interface ArmingCost {
  readonly on: Duration;
  /** Null: nothing is to be done for it. */
  readonly off: Duration | null;
  /** The first collect after turning it on: what a scheme leaves to that. */
  readonly firstCollect: Duration;
}

/** A part of what arming costs. */
export type ArmingPart = keyof ArmingCost;

/** Nanoseconds of one part in each round that measured it. */
export function armingIn(rounds: readonly Round[], part: ArmingPart): number[] {
  return rounds.flatMap(({ arming }) => {
    if (arming === undefined) return [];
    const { armNs, disarmNs, firstCollectNs } = arming;
    return { on: armNs, off: disarmNs ?? [], firstCollect: firstCollectNs }[part];
  });
}

/** The medians of what was measured; of each part. */
export interface ArmingMedians {
  readonly on: Medians;
  readonly off: Medians | null;
  readonly firstCollect: Medians;
}

/** The cost over these rounds; null where none measured it. */
export function armingOf(rounds: readonly Round[], seed: number): ArmingMedians | null {
  const [on, off, first] = (['on', 'off', 'firstCollect'] as const).map((part) => armingIn(rounds, part));
  if (on === undefined || off === undefined || first === undefined || on.length === 0) return null;
  return {
    on: bootstrapMedian(on, seed),
    off: off.length === 0 ? null : bootstrapMedian(off, seed),
    firstCollect: bootstrapMedian(first, seed),
  };
}

/** As it is told of a point. */
export function armingCostOf({ on, off, firstCollect }: ArmingMedians): ArmingCost {
  return {
    on: durationOf(on),
    off: off === null ? null : durationOf(off),
    firstCollect: durationOf(firstCollect),
  };
}
