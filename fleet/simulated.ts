import { setTimeout as sleep } from 'node:timers/promises';
import type { RoundFigures } from '../measure/isolate.js';
import type { RoundTask } from '../measure/round.js';
import { summarise } from '../measure/timing.js';
import type { Environment } from '../results/schema.js';

/** The machine of a worker that measures nothing: whoever reads its results is told before anything else. */
export function simulatedEnvironment(environment: Environment): Environment {
  return { ...environment, cpu: 'none: simulated rounds, nothing was measured' };
}

/** A round that measures nothing and takes so many milliseconds, to try the fleet itself with thousands of them. */
export async function simulatedRound({ point }: RoundTask, ms: number): Promise<RoundFigures> {
  const startedAt = new Date().toISOString();
  await sleep(ms);
  const zeros = new Float64Array(1);
  return summarise({
    startedAt,
    seconds: ms / 1000,
    epochs: point.epochs,
    writes: 0,
    dirtyPages: 0,
    reportedPages: 0,
    forcedExits: 0,
    writesHash: 'simulated',
    runNs: zeros,
    collectNs: zeros,
    kernelNs: null,
  });
}
