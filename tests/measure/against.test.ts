import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Build, buildCommandOf } from '../../measure/against/build.js';
import { inBoth, type RunInBuild } from '../../measure/against/pair.js';
import { moduleOf, openVersion, versionPath, withVersion } from '../../measure/against/version.js';
import type { RoundTask } from '../../measure/round.js';
import { summarise } from '../../measure/timing.js';
import { point } from '../results/fixture.js';
import { entry } from '../scripts/command.js';
import { ownTracker } from '../trackers/own-source.js';

const never = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
afterAll(() => rmSync(folder, { recursive: true }));

const task: RoundTask = {
  point: { ...point, tracker: 'flag-scan', epochs: 50 },
  round: 1,
  footprintBytes: 2 ** 21,
};
const itself = (flags: string[] = []) => new Build('itself', [process.execPath, entry], flags);

describe('another build', () => {
  it('says what it is, and runs a round as this one does, to the write', async () => {
    const { trackers, digest } = await itself().describe(never);
    expect(trackers).toContain('flag-scan');
    expect(digest).toMatch(/^[\da-f]{64}$/);
    const [one, again] = [await itself().runRound(task, never), await itself().runRound(task, never)];
    expect(one).toMatchObject({ epochs: 50, dirtyPages: 50 * 64, writesHash: again.writesHash });
  });

  it('takes longer where it is slowed on purpose, by that tracker alone', async () => {
    const ratios: number[] = [];
    // What else the machine does may hide it once.
    for (let i = 0; i < 3 && !ratios.some((ratio) => ratio > 2); i++) {
      const slow = await itself(['--slow', 'flag-scan=4']).runRound(task, never);
      const fast = await itself(['--slow', 'flag-queue=4']).runRound(task, never);
      ratios.push(slow.collect.medianNs / fast.collect.medianNs);
    }
    expect(Math.max(...ratios)).toBeGreaterThan(2);
  });

  it('is refused in a line that says why', async () => {
    const described = async (command: string) => new Build(command, buildCommandOf(command)).describe(never);
    await expect(described('exec no-such-command')).rejects.toThrow(
      /^'exec no-such-command' cannot be measured against: it ended with exit code 127: .*not found/,
    );
    await expect(described('echo {}; true')).rejects.toThrow(/cannot be measured against: it ended with exit code 0$/);
    const old = JSON.stringify({ kind: 'build', protocol: 99, version: '9', commit: null, digest: '', trackers: [] });
    await expect(described(`echo '${old}'; true`)).rejects.toThrow('too old or too new');
    await expect(described(folder)).rejects.toThrow('is a folder without dirtybench');
    const unbuilt = join(folder, 'unbuilt');
    mkdirSync(unbuilt);
    writeFileSync(join(unbuilt, 'package.json'), JSON.stringify({ name: 'dirtybench', bin: { dirtybench: 'd.js' } }));
    await expect(described(unbuilt)).rejects.toThrow('is not built: run `npm ci` there');
  });

  it('says what a round was refused for', async () => {
    const tooSmall = { ...task, point: { ...point, tracker: 'dirty-ring', ringEntries: 3 } };
    await expect(itself().runRound(tooSmall, never)).rejects.toThrow(/^in the build 'itself': .*/);
  });

  it('is not waited for where its answer cannot be read', async () => {
    const newer = new Build('newer', `echo '${JSON.stringify({ kind: 'measured', measured: {} })}'; cat; true`);
    await expect(newer.runRound(task, never)).rejects.toThrow(
      /^in the build 'newer': its answer 'measured' is one that/,
    );
  });

  it('is ended in the middle of a round', async () => {
    const stop = new AbortController();
    const endless = itself().runRound({ ...task, point: { ...task.point, epochs: 10_000_000 } }, stop.signal);
    setTimeout(() => stop.abort(), 500);
    await expect(endless).rejects.toThrow(/abort/i);
  });
});

describe('another version of a module', () => {
  const place = (name: string, source: string, mode = 0o644): `/${string}` => {
    const path = join(folder, name);
    writeFileSync(path, source, { mode });
    return path as `/${string}`;
  };
  const modules = (...paths: string[]) => paths.map((path) => ({ axis: 'tracker' as const, path, sha256: '' }));
  const version = { path: './before.js', sha256: '' } as const;

  it('is told from a build by its path, whether it is there or not', () => {
    const module = place('before.js', ownTracker());
    expect(versionPath(module)).toBe(module);
    expect(versionPath('./not-there.mjs')).toBe('./not-there.mjs');
    for (const build of [
      folder,
      place('run.js', '#!/bin/sh', 0o755),
      'npx dirtybench',
      'node ./dist/main.js',
      './start',
    ])
      expect(versionPath(build)).toBeNull();
    expect(() => versionPath('before.js')).toThrow('given by its path, as ./before.js');
    expect(() => versionPath(place('notes.md', ''))).toThrow('neither a build of dirtybench');
  });

  it('is read, and tried, before anything is measured', async () => {
    const { sha256 } = await openVersion(place('tried.js', ownTracker()));
    expect(sha256).toMatch(/^[\da-f]{64}$/);
    await expect(openVersion('./not-there.js')).rejects.toThrow("tracker './not-there.js': cannot be read");
    await expect(openVersion(place('no-tracker.js', 'export default 1;'))).rejects.toThrow('no-tracker.js');
    const shapeless = ownTracker().replace('collect(into)', 'gather(into)');
    await expect(openVersion(place('shapeless.js', shapeless))).rejects.toThrow("'collect': it should be a function");
  });

  it('stands for the only module with a tracker that the sweep names, and for no other tracker', async () => {
    expect(moduleOf(version, modules('./mine.js')).path).toBe('./mine.js');
    expect(() => moduleOf(version, modules())).toThrow('name that with --tracker, as ./mine.js');
    expect(() => moduleOf(version, modules('./a.js', './b.js'))).toThrow('any of ./a.js, ./b.js');
    const trackers: string[] = [];
    const run = withVersion(version, './mine.js', (each) => {
      trackers.push(each.point.tracker);
      return Promise.reject(new Error('not measured'));
    });
    for (const tracker of ['./mine.js', 'flag-scan'])
      await expect(run({ ...task, point: { ...task.point, tracker } }, never)).rejects.toThrow('not measured');
    expect(trackers).toEqual(['./before.js', 'flag-scan']);
  });
});

it('a pair is measured one after the other, in the order that the coin says', async () => {
  const order: string[] = [];
  const as =
    (name: string, ns: number): RunInBuild =>
    async () => {
      order.push(name);
      await new Promise((resolve) => setTimeout(resolve, 1));
      order.push(name);
      return summarise({
        ...{ startedAt: '', seconds: 0, epochs: 1, writes: 1, dirtyPages: 1, forcedExits: 0, writesHash: '' },
        ...{ runNs: Float64Array.of(1), collectNs: Float64Array.of(ns), kernelNs: null },
      });
    };
  const coins = [true, false];
  const run = inBoth(as('own', 7), as('other', 9), () => coins.shift() === true);
  const figures = [await run(task, never), await run(task, never)];
  expect(order.join(' ')).toBe('own own other other other other own own');
  expect(figures.map(({ collect, against }) => [collect.medianNs, against?.collect.medianNs])).toEqual([
    [7, 9],
    [7, 9],
  ]);
});
