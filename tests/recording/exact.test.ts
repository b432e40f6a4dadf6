import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRecording } from '../../workloads/library.js';
import { run } from '../scripts/command.js';
import { folder, pattern, whyNot } from './program.js';

const why = whyNot();
if (why !== '') console.info(`skipped: the pages of a recorded program: ${why}`);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const times = (count: number, step: number) => Array.from({ length: count }, (_, index) => step * index);

/** Pages of its arena that the program writes in every epoch: by itself, by three threads, in memory that comes and stays, by the kernel. */
const inArena = [...times(20, 5), ...[100, 110, 120].flatMap((at) => [at, at + 2]), 402, 600, 601];
const inShared = times(7, 2);
const inAttached = times(4, 3);

/**
 * Pages of the arena that are dropped, moved away or unmapped after they were written: the memory that was there at the last
 * output is no more, or another, and a standby must know it.
 */
const gone = [300, 401, 503];

/** Code, data and stacks of the program and its threads write more pages than the pattern, but the same in each epoch. */
const mostOfTheProgramItself = 16;

describe.skipIf(why !== '')('the recorded epochs of a program with a known pattern', () => {
  /** The pages of each epoch, by its number in the program; the first ones touch what is touched later too. */
  const epochs = new Map<number, ReadonlySet<number>>();
  beforeAll(async () => {
    const out = join(folder, 'exact.trace.gz');
    expect((await run(['record', '--out', out, '--', pattern, '300'], folder)).code).toBe(0);
    const { writes, starts } = loadRecording(out);
    for (let epoch = 3; epoch < 299; epoch++)
      epochs.set(epoch, new Set(writes.subarray(starts[epoch], starts[epoch + 1])));
  });

  /** Where, of all page numbers, an area begins of which these pages are written in every epoch. */
  function basesOf(written: (epoch: number) => readonly number[]): number[] {
    const numbers = [...epochs.values()].flatMap((pages) => [...pages]);
    const candidates = times(Math.max(...numbers) + 1, 1);
    return candidates.filter((base) =>
      [...epochs].every(([epoch, pages]) => written(epoch).every((page) => pages.has(base + page))),
    );
  }

  it('have every page that it wrote, one that it had not touched before and one of a huge page among them', () => {
    expect(basesOf(() => inArena)).toHaveLength(1);
    expect(basesOf(() => inShared)).toHaveLength(1);
    expect(basesOf(() => inAttached)).toHaveLength(1);
    expect(basesOf((epoch) => [epoch])).toHaveLength(2);
  });

  it('have no page that it did not write, but those of memory that is gone and of its stacks', () => {
    const [arena = 0] = basesOf(() => inArena);
    const [shared = 0] = basesOf(() => inShared);
    const [attached = 0] = basesOf(() => inAttached);
    const moving = basesOf((epoch) => [epoch]);
    const rest = [...epochs].map(([epoch, pages]) => {
      const expected = new Set([
        ...[...inArena, ...gone].map((page) => arena + page),
        ...inShared.map((page) => shared + page),
        ...inAttached.map((page) => attached + page),
        ...moving.map((base) => base + epoch),
      ]);
      return [...pages].filter((page) => !expected.has(page)).sort((a, b) => a - b);
    });
    const [first = []] = rest;
    expect(first.length).toBeLessThan(mostOfTheProgramItself);
    expect(new Set(rest.map((pages) => pages.join())).size).toBe(1);
    expect(first.filter((page) => page >= arena && page <= arena + 601)).toEqual([]);
  });
});
