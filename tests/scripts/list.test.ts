import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { run, runHere } from './command.js';

describe('dirtybench list', () => {
  it('names every tracker with what it costs in memory', async () => {
    const { stdout } = await runHere(['list'], tmpdir());
    expect(stdout).toMatch(/^ {2}flag-scan +simulated +256 MiB +QEMU 1.0, Kemari +one byte /m);
    expect(stdout).toMatch(/^ {2}uniform /m);
    expect(stdout).toMatch(/^ {2}trace:redis-set /m);
    expect(stdout).toMatch(/^ {2}simulated /m);
    expect(stdout).toMatch(/^ {2}report /m);
  });

  it('is JSON if asked', async () => {
    const { stdout } = await runHere(['list', '--json'], tmpdir());
    const lists: Record<string, { name: string }[]> = JSON.parse(stdout);
    expect(Object.keys(lists)).toEqual(['trackers', 'workloads', 'guests', 'backings', 'profiles']);
    expect(lists.trackers?.map(({ name }) => name)).toContain('hierarchical-bitmap');
  });
});

describe('dirtybench probe', () => {
  it('tells what this machine is', async () => {
    expect((await runHere(['probe'], tmpdir())).stdout).toMatch(new RegExp(`^Node +${process.versions.node}$`, 'm'));
    const probed: unknown = JSON.parse((await runHere(['probe', '--json'], tmpdir())).stdout);
    expect(probed).toMatchObject({ node: process.versions.node });
  });
});

describe('dirtybench', () => {
  it('helps, and refuses what it does not know', async () => {
    expect(await run(['--help'], tmpdir())).toMatchObject({ code: 0, stdout: expect.stringContaining('measure') });
    expect(await runHere(['mesure'], tmpdir())).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean measure'),
    });
    expect((await runHere([], tmpdir())).code).toBe(2);
  });
});
