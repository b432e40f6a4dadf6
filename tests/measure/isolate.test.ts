import { Piscina } from 'piscina';
import { median } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { availability } from '../../guests/availability.js';
import { measurementIn, runInFreshIsolate } from '../../measure/isolate.js';
import type { RoundTask } from '../../measure/round.js';
import type { Point } from '../../results/schema.js';
import { trackerNames, trackers } from '../../trackers/registry.js';
import { point } from '../results/fixture.js';

const simulated = trackerNames.filter(
  (name) => trackers[name].guest === 'simulated' && availability(trackers[name]).works,
);
const never = new AbortController().signal;

function task(changes: Partial<Point>, round = 0): RoundTask {
  return { point: { ...point, ...changes }, round, footprintBytes: 2 ** 21 };
}

describe('an isolate', () => {
  it('runs one round and no second', async () => {
    const pool = new Piscina({
      filename: new URL('../../measure/worker-bundle.js', import.meta.url).href,
      minThreads: 1,
      maxThreads: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
    });
    await pool.run(task({ epochs: 10 }));
    await expect(pool.run(task({ epochs: 10 }))).rejects.toThrow('this isolate has already run a round');
    await pool.destroy();
  });

  it('is stopped in the middle of a round', async () => {
    const stop = new AbortController();
    const endless = runInFreshIsolate(task({ epochs: 10_000_000 }), stop.signal);
    setTimeout(() => stop.abort(), 100);
    await expect(endless).rejects.toThrow(/abort/i);
  });

  // A busy machine slows any round; what another round had left behind would slow every round. So the best is compared.
  it('gives a point no slower a figure after ten others than alone', async () => {
    const scanNs = async (round: number) => {
      const scan = task({ tracker: 'flag-scan', memoryBytes: 2 ** 28, epochs: 200 }, round);
      return median(Array.from(measurementIn(await runInFreshIsolate(scan, never), scan).collectNs));
    };
    let alone = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 4; round++) alone = Math.min(alone, await scanNs(round));
    for (let i = 0; i < 10; i++) {
      await runInFreshIsolate(task({ tracker: simulated[i % simulated.length] as string, epochs: 200 }, i), never);
    }
    let after = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 20 && after > alone * 1.5; round++) after = Math.min(after, await scanNs(round));
    expect(after).toBeLessThanOrEqual(alone * 1.5);
  });
});
