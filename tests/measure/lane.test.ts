import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { availability } from '../../guests/availability.js';
import { Lanes } from '../../measure/lane.js';
import type { RoundTask } from '../../measure/round.js';
import type { Point } from '../../results/schema.js';
import { trackers } from '../../trackers/registry.js';
import { point } from '../results/fixture.js';

const never = new AbortController().signal;

function task(changes: Partial<Point>, round = 0): RoundTask {
  return { point: { ...point, epochs: 20, ...changes }, round, footprintBytes: 2 ** 21 };
}

describe('a lane', () => {
  it('measures what is asked, several rounds at once', async () => {
    const lanes = new Lanes();
    const measured = await Promise.all([0, 1, 2].map((round) => lanes.runRound(task({}, round), never)));
    expect(measured.map(({ epochs, dirtyPages }) => [epochs, dirtyPages])).toEqual(Array(3).fill([20, 20 * 64]));
    lanes.close();
  });

  it('is ended in the middle of a round', async () => {
    const stop = new AbortController();
    const lanes = new Lanes();
    const endless = lanes.runRound(task({ epochs: 10_000_000 }), stop.signal);
    setTimeout(() => stop.abort(), 300);
    await expect(endless).rejects.toThrow(/abort/i);
    lanes.close();
  });

  it('says what a round was refused for, and goes on with the next', async () => {
    const lanes = new Lanes();
    const tooSmall = task({ tracker: 'dirty-ring', ringEntries: 3 });
    await expect(lanes.runRound(tooSmall, never)).rejects.toThrow();
    await expect(lanes.runRound(task({}), never)).resolves.toMatchObject({ epochs: 20 });
    lanes.close();
  });

  it('leaves no process behind when its round breaks', async () => {
    const script = `
      import { Lanes } from ${JSON.stringify(new URL('../../measure/lane.js', import.meta.url).href)};
      const task = ${JSON.stringify(task({ tracker: 'nothing of the kind' }))};
      await new Lanes().runRound(task, new AbortController().signal).catch(({ message }) => console.log(message));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 20_000,
    });
    expect(stdout).toContain("unknown tracker 'nothing of the kind'");
  });

  it.skipIf(!availability(trackers['pagemap-scan']).works)(
    'keeps guests that are measured at once out of one memory map',
    { timeout: 60_000 },
    async () => {
      const lanes = new Lanes();
      const guests = [0, 1, 2, 3].map((round) =>
        lanes.runRound(task({ guest: 'process', tracker: 'pagemap-scan', epochs: 100 }, round), never),
      );
      expect((await Promise.all(guests)).map(({ dirtyPages }) => dirtyPages)).toEqual(Array(4).fill(6400));
      lanes.close();
    },
  );
});
