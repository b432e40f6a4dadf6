import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RoundFigures, RunRound } from '../../measure/isolate.js';
import { RoundFailure } from '../../measure/problem.js';
import { measure, type Progress, type RunSettings } from '../../measure/run.js';
import { summarise } from '../../measure/timing.js';
import { WrongSetError } from '../../measure/wrong-set.js';
import { ResultsFile, readResults } from '../../results/file.js';
import type { Results } from '../../results/schema.js';
import { headerOf, point } from '../results/fixture.js';

const header = headerOf([point, { ...point, tracker: 'flag-scan' }, { ...point, tracker: 'null' }]);
const total = 3 * 3 + 3;

function measurementOf(collectNs: number): RoundFigures {
  return summarise({
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
  });
}

describe('a run', () => {
  let path: string;
  const failures: string[] = [];

  beforeEach(() => {
    path = join(mkdtempSync(join(tmpdir(), 'dirtybench-')), 'r.jsonl');
  });
  afterEach(() => rmSync(join(path, '..'), { recursive: true }));

  async function run(
    runRound: RunRound,
    workers = 1,
    signal = new AbortController().signal,
    of = header,
    wanted?: RunSettings['wanted'],
  ) {
    const progress: Progress[] = [];
    failures.length = 0;
    const file = new ResultsFile(path, of);
    try {
      await measure(
        file,
        { workers, runRound, wanted, signal },
        {
          isolation: () => {},
          progress: (p) => progress.push(p),
          failure: (f) => failures.push(f.message),
          wrongSet: (f) => failures.push(f.message),
        },
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

  it('measures more of a point that is found to want more, and asks again when it has them', async () => {
    const asked: number[][] = [];
    const countOf = ({ rounds }: Results, index: number) =>
      rounds.filter((round) => round.point === index && !round.twin).length;
    const wanted = (results: Results) => {
      const had = [0, 1, 2].map((index) => countOf(results, index));
      asked.push(had);
      return had.map((rounds, index) => (index === 1 && rounds >= 3 ? 7 : 3));
    };
    await run(async () => measurementOf(200), 2, undefined, header, wanted);
    expect(asked).toEqual([
      [0, 0, 0],
      [3, 3, 3],
      [3, 7, 3],
    ]);
    const { rounds } = readResults(path) ?? expect.unreachable('nothing was written');
    expect(rounds).toHaveLength(total + 4);
    await run(async () => expect.unreachable('nothing is left to measure'), 2, undefined, header, wanted);
  });

  it('does not ask for ever for rounds of a point that was given up', async () => {
    const refusing: RunRound = async ({ point: { tracker } }) => {
      if (tracker === 'flag-scan') throw new RoundFailure('no room');
      return measurementOf(200);
    };
    await run(refusing, 1, undefined, header, () => [3, 7, 3]);
    expect(failures).toEqual(['no room']);
    expect(readResults(path)?.rounds).toHaveLength(total - 3);
  });

  it('measures nothing when all is finished', async () => {
    await run(async () => measurementOf(200));
    await run(async () => expect.unreachable('nothing is left to measure'));
  });

  it('marks a point that has a wrong set, and measures the others', async () => {
    const wrong: RunRound = async ({ point: { tracker } }) => {
      if (tracker === 'flag-scan') throw new WrongSetError('epoch 17: doubled 3');
      return measurementOf(200);
    };
    await run(wrong);
    expect(failures).toEqual(['epoch 17: doubled 3']);
    const { rounds, wrongSets } = readResults(path) ?? expect.unreachable('nothing was written');
    expect(wrongSets).toEqual([
      { kind: 'wrong set', point: 1, round: expect.any(Number), message: 'epoch 17: doubled 3' },
    ]);
    expect(rounds).toHaveLength(total - 3);
  });

  it('does not measure a marked point again when it goes on, and says again that it is wrong', async () => {
    await run(async ({ point: { tracker } }) => {
      if (tracker === 'flag-scan') throw new WrongSetError('epoch 17: doubled 3');
      return measurementOf(200);
    });
    await run(async () => expect.unreachable('what is left is marked'));
    expect(failures).toEqual(['epoch 17: doubled 3']);
    expect(readResults(path)?.wrongSets).toHaveLength(1);
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

  describe('on several workers', () => {
    const memories = [2 ** 29, 2 ** 30];
    const swept = (trackers: string[], rounds: number) =>
      headerOf(
        trackers.flatMap((tracker) => memories.map((memoryBytes) => ({ ...point, tracker, memoryBytes, rounds }))),
      );
    const many = swept(['flag-queue', 'flag-scan', 'dirty-ring'], 20);
    const inFile = () => readResults(path) ?? expect.unreachable('nothing was written');

    /** Rounds that take a little while, each as long as `factor` says when others are measured at the same time. */
    function disturbed(factor: Readonly<Record<string, number>>): { runRound: RunRound; most: () => number } {
      let busy = 0;
      let most = 0;
      const runRound: RunRound = async ({ point: { tracker }, round }) => {
        busy++;
        await new Promise((resolve) => setTimeout(resolve, 1));
        most = Math.max(most, busy);
        const ns = (200 + round) * (busy > 1 ? (factor[tracker] ?? 1) : 1);
        await new Promise((resolve) => setTimeout(resolve, 1));
        busy--;
        return measurementOf(ns);
      };
      return { runRound, most: () => most };
    }

    it('measures as many at once as there are workers, and each round once', async () => {
      const { runRound, most } = disturbed({});
      const progress = await run(runRound, 4, undefined, many);
      expect(most()).toBe(4);
      const { rounds, isolation } = inFile();
      expect(new Set(rounds.map(({ point, round, twin }) => `${point} ${round} ${twin}`)).size).toBe(140);
      expect(rounds).toHaveLength(140);
      expect(isolation.map(({ measured, why }) => `${measured}: ${why}`)).toEqual(Array(3).fill('beside: same'));
      expect(progress.at(-1)).toMatchObject({ done: 140, total: 140 });
    });

    it('finds what is slower and what is faster beside others, and measures both alone', async () => {
      await run(disturbed({ 'flag-scan': 1.5, 'dirty-ring': 0.5 }).runRound, 4, undefined, many);
      const { rounds, isolation, header } = inFile();
      const found = Object.fromEntries(isolation.map(({ tracker, measured, why }) => [tracker, `${measured}: ${why}`]));
      expect(found).toEqual({
        'flag-queue': 'beside: same',
        'flag-scan': 'alone: differs',
        'dirty-ring': 'alone: differs',
      });
      const besides = (tracker: string) =>
        rounds.filter(({ point, beside }) => header.points[point]?.tracker === tracker && beside).length;
      expect([besides('flag-scan'), besides('dirty-ring')]).toEqual([0, 0]);
      expect(besides('flag-queue')).toBeGreaterThan(30);
      expect(rounds).toHaveLength(140);
    });

    it('spends no more than a tenth of its rounds on checks', async () => {
      let rounds = 0;
      const counting = disturbed({});
      const few = swept(['flag-queue', 'flag-scan', 'dirty-ring', 'bitmap-scan', 'pml-buffer'], 4);
      const counted: RunRound = (task, signal) => {
        rounds++;
        return counting.runRound(task, signal);
      };
      await run(counted, 4, undefined, few);
      expect(rounds).toBeLessThanOrEqual(Math.ceil(44 * 1.1));
      expect(inFile().isolation.map(({ why }) => why)).toContain('not checked');
    });

    it('leaves the machine to a tracker that has threads', async () => {
      let busy = 0;
      const watching: RunRound = async ({ point: { tracker } }) => {
        busy++;
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (tracker === 'bitmap-scan-parallel') expect(busy).toBe(1);
        busy--;
        return measurementOf(200);
      };
      await run(watching, 4, undefined, swept(['flag-queue', 'bitmap-scan-parallel'], 20));
      expect(inFile().isolation).toContainEqual(expect.objectContaining({ why: 'own threads', measured: 'alone' }));
    });

    it('measures a tracker alone, all its rounds, whose largest point is given up', async () => {
      const { runRound } = disturbed({});
      const refusing: RunRound = (task, signal) => {
        const { tracker, memoryBytes } = task.point;
        if (tracker === 'flag-scan' && memoryBytes === 2 ** 30) throw new RoundFailure('mmap: ENOMEM');
        return runRound(task, signal);
      };
      const progress = await run(refusing, 4, undefined, many);
      const { rounds, isolation } = inFile();
      expect(isolation).toContainEqual(
        expect.objectContaining({ tracker: 'flag-scan', why: 'not checked', measured: 'alone', point: 3 }),
      );
      const ofOther = rounds.filter(({ point }) => point === 2);
      expect(ofOther).toHaveLength(20);
      expect(ofOther.filter(({ beside }) => beside)).toEqual([]);
      expect(rounds).toHaveLength(120);
      expect(progress.at(-1)).toMatchObject({ done: 140, total: 140 });
    });

    it('tries a point that is refused no more often than rounds are measured at once, and says it once', async () => {
      let tried = 0;
      const refusing: RunRound = async ({ point: { tracker } }) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (tracker !== 'flag-scan') return measurementOf(200);
        tried++;
        throw new RoundFailure('mmap: ENOMEM');
      };
      await run(
        refusing,
        2,
        undefined,
        headerOf(['flag-queue', 'flag-scan'].map((tracker) => ({ ...point, tracker, rounds: 60 }))),
      );
      expect(failures).toEqual(['mmap: ENOMEM']);
      expect(tried).toBeLessThanOrEqual(2);
    });

    it('goes on with what was decided before', async () => {
      const stop = new AbortController();
      const { runRound } = disturbed({ 'flag-scan': 1.5 });
      let calls = 0;
      const stopping: RunRound = async (task, signal) => {
        signal.throwIfAborted();
        if (++calls === 130) stop.abort();
        return runRound(task, signal);
      };
      await expect(run(stopping, 4, stop.signal, many)).rejects.toThrow(/abort/);
      await run(runRound, 4, undefined, many);
      const { rounds, header } = inFile();
      expect(new Set(rounds.map(({ point, round, twin }) => `${point} ${round} ${twin}`)).size).toBe(140);
      expect(rounds).toHaveLength(140);
      expect(rounds.some(({ point, beside }) => header.points[point]?.tracker === 'flag-scan' && beside)).toBe(false);
    });
  });
});
