import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunRound } from '../../measure/isolate.js';
import { RoundFailure } from '../../measure/problem.js';
import type { Measurement } from '../../measure/round.js';
import { measure, type Progress } from '../../measure/run.js';
import { WrongSetError } from '../../measure/verification.js';
import { ResultsFile, readResults } from '../../results/file.js';
import { headerOf, point } from '../results/fixture.js';

const header = headerOf([point, { ...point, tracker: 'flag-scan' }, { ...point, tracker: 'null' }]);
const total = 3 * 3 + 3;

function measurementOf(collectNs: number): Measurement {
  return {
    startedAt: '2026-01-01T00:00:01.000Z',
    seconds: 0.1,
    epochs: 1,
    writes: 64,
    dirtyPages: 64,
    forcedExits: 0,
    writesHash: '00000000',
    runNs: Float64Array.of(500),
    collectNs: Float64Array.of(collectNs),
    kernelNs: null,
  };
}

describe('a run', () => {
  let path: string;
  const failures: string[] = [];

  beforeEach(() => {
    path = join(mkdtempSync(join(tmpdir(), 'dirtybench-')), 'r.jsonl');
  });
  afterEach(() => rmSync(join(path, '..'), { recursive: true }));

  async function run(runRound: RunRound, workers = 1, signal = new AbortController().signal) {
    const progress: Progress[] = [];
    failures.length = 0;
    const file = ResultsFile.open(path, header);
    try {
      await measure(
        file,
        { workers, runRound, signal },
        { interference: () => {}, progress: (p) => progress.push(p), failure: (f) => failures.push(f.message) },
      );
    } finally {
      file.close();
    }
    return progress;
  }

  it('measures every round once, and counts them', async () => {
    const progress = await run(async () => measurementOf(200));
    const rounds = readResults(path)?.rounds ?? [];
    expect(new Set(rounds.map(({ point, round, twin }) => `${point} ${round} ${twin}`)).size).toBe(total);
    expect(rounds).toHaveLength(total);
    expect(progress.at(-1)).toEqual({ done: total, total, secondsLeft: expect.closeTo(0) });
  });

  it('goes on where it was stopped, and measures nothing twice', async () => {
    const stop = new AbortController();
    let calls = 0;
    const stopping: RunRound = async (_task, signal) => {
      signal.throwIfAborted();
      if (++calls === 5) stop.abort();
      return measurementOf(200);
    };
    await expect(run(stopping, 1, stop.signal)).rejects.toThrow(/abort/);
    expect(readResults(path)?.rounds).toHaveLength(5);

    let more = 0;
    await run(async () => {
      more++;
      return measurementOf(200);
    });
    expect(more).toBe(total - 5);
    expect(readResults(path)?.rounds).toHaveLength(total);
  });

  it('measures nothing when all is finished', async () => {
    await run(async () => measurementOf(200));
    await run(async () => expect.unreachable('nothing is left to measure'));
  });

  it('ends at a wrong set, and keeps what was right', async () => {
    let calls = 0;
    const failing: RunRound = async () => {
      if (++calls === 4) throw new WrongSetError('epoch 17: page 3 was found twice');
      return measurementOf(200);
    };
    await expect(run(failing)).rejects.toThrow('epoch 17: page 3 was found twice');
    expect(readResults(path)?.rounds).toHaveLength(3);
  });

  it('gives up a point that the kernel refuses, and measures the others', async () => {
    const refusing: RunRound = async ({ point: { tracker } }) => {
      if (tracker === 'flag-scan') throw new RoundFailure('mmap: ENOMEM');
      return measurementOf(200);
    };
    await run(refusing);
    expect(failures).toEqual(['mmap: ENOMEM']);
    expect(readResults(path)?.rounds).toHaveLength(total - 3);
    await run(async () => measurementOf(200));
    expect(readResults(path)?.rounds).toHaveLength(total);
  });

  it('uses all workers where they do not disturb each other', async () => {
    await run(async () => measurementOf(200), 3);
    expect(readResults(path)?.interference).toMatchObject([{ workers: 3, aloneNs: 200, tried: [{ inflation: 0 }] }]);
  });

  it('uses fewer workers where they do, and says by how much', async () => {
    let busy = 0;
    const contended: RunRound = async () => {
      busy++;
      await new Promise((resolve) => setTimeout(resolve, 1));
      const ns = 200 * (1 + 0.08 * (busy - 1));
      await new Promise((resolve) => setTimeout(resolve, 1));
      busy--;
      return measurementOf(ns);
    };
    await run(contended, 4);
    const [found] = readResults(path)?.interference ?? [];
    expect(found?.workers).toBe(2);
    expect(found?.tried.map(({ workers }) => workers)).toEqual([4, 3, 2]);
    expect(found?.tried[0]?.inflation).toBeGreaterThan(0.1);
  });
});
