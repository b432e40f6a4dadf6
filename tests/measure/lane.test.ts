import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
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

  it('is left out once its process is gone, and does not stop the next round or the end', async () => {
    const lanes = new Lanes();
    const killAll = async () => {
      for (const child of childrenOf(process.pid)) process.kill(Number(child), 'SIGKILL');
      await expect.poll(() => childrenOf(process.pid)).toEqual([]);
    };
    await lanes.runRound(task({}), never);
    await killAll();
    await expect(lanes.runRound(task({}, 1), never)).resolves.toMatchObject({ epochs: 20 });
    await killAll();
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

describe('guests of one host', () => {
  const beside = { epochs: 50, memoryBytes: 2 ** 24, pagesPerEpoch: 32 };

  it.each([
    ['each in a process of its own', {}],
    ['all in one process', { oneProcess: true as const }],
  ])('are measured one of them while the others write, %s, and leave nothing behind', async (_, where) => {
    const lanes = new Lanes();
    const children = () => childrenOf(process.pid).length;
    // Those of the tests before end by themselves.
    await expect.poll(children).toBe(0);
    const [alone, measured] = [
      await lanes.runRound(task(beside), never),
      await lanes.runRound(task({ ...beside, guests: 3, ...where }), never),
    ];
    // The same writes, whoever is beside.
    expect(measured).toMatchObject({ epochs: 50, dirtyPages: 50 * 32, writesHash: alone.writesHash });
    lanes.close();
    await expect.poll(children).toBe(0);
  });

  it.each([
    ['own processes', {}],
    ['one process', { oneProcess: true as const }],
  ])('are a failed round if one that is beside loses a page, in %s', async (_, where) => {
    const folder = mkdtempSync(join(tmpdir(), 'dirtybench-beside-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'forgetful.js');
    writeFileSync(path, forgetful(join(folder, 'first')));
    const lanes = new Lanes();
    const lost = lanes.runRound(task({ ...beside, tracker: path, guests: 2, ...where }), never);
    await expect(lost).rejects.toThrow(/forgetful.*pages found where/);
    lanes.close();
  });
});

/** A tracker of which the first that is made in all forgets a page of each collect: the first guest that is beside. */
function forgetful(flag: string): string {
  return `import { writeFileSync } from 'node:fs';
    export default {
      guest: 'simulated',
      bytes: () => 0,
      create() {
        const pages = new Set();
        let forgets = 0;
        try { writeFileSync(${JSON.stringify(flag)}, '', { flag: 'wx' }); forgets = 1; } catch {}
        return {
          bounded: false,
          mark(page) { pages.add(page); return true; },
          collect(into) { const found = [...pages].slice(forgets); into.set(found); pages.clear(); return found.length; },
        };
      },
    };`;
}

/** Processes that this one started and that are there still. */
function childrenOf(pid: number): string[] {
  return readdirSync('/proc').filter((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      return / \S (\d+) /.exec(readFileSync(`/proc/${entry}/stat`, 'utf8').replace(/^.*\)/, ')'))?.[1] === String(pid);
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
}
