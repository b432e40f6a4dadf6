import { randomInt } from 'node:crypto';
import type { Measured } from '../../results/schema.js';
import type { RunRound } from '../isolate.js';
import type { RoundTask } from '../round.js';

/** Runs a round in one build. */
export type RunInBuild = (task: RoundTask, signal: AbortSignal) => Promise<Measured>;

/**
 * Runs each round in both builds, one directly after the other: what the machine does meanwhile falls on both. A fair coin says
 * which is first, tossed anew each time and not drawn from the seed: that the order has nothing to do with anything else is what
 * the verdict on the pairs rests on, and an unlucky order would come again with its seed.
 */
export function inBoth(
  own: RunInBuild,
  other: RunInBuild,
  isOwnFirst: () => boolean = () => randomInt(2) === 0,
): RunRound {
  return async (task, signal) => {
    if (isOwnFirst()) {
      const figures = await own(task, signal);
      return { ...figures, against: await other(task, signal) };
    }
    const against = await other(task, signal);
    return { ...(await own(task, signal)), against };
  };
}
