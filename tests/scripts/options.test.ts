import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { expand } from '../../measure/expansion.js';
import { commandNames, commands } from '../../scripts/commands.js';
import { expandFlags } from '../../scripts/options/axes.js';
import { run, runHere, runWithFiles } from './command.js';

const folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Commands that are part of another. */
const fleetParts = ['fleet measure', 'fleet status', 'fleet cancel'];

const plan = async (...args: string[]) => (await runHere(['measure', '--dry-run', ...args], folder)).stdout;

describe('what was asked for by name and cannot be measured', () => {
  const refusedBy = async (flags: Parameters<typeof expandFlags>[0]) => {
    const here = (_: unknown, backing: string) =>
      backing === 'file' ? ({ works: false, why: 'no files', remedy: 'some' } as const) : ({ works: true } as const);
    return (await expandFlags(flags, null, (sweeps) => expand(sweeps, here))).refused;
  };

  it('is what a flag names, and not what a profile has by itself', async () => {
    expect(await refusedBy({ profile: 'snapshot' })).toEqual([]);
    expect(await refusedBy({ tracker: ['pagemap-scan'], backing: ['4k', 'file'] })).toEqual(
      expect.arrayContaining(["tracker 'pagemap-scan' does not work here with backing 'file': no files; remedy: some"]),
    );
  });
});

describe('an option', () => {
  it('that is a list and given again adds to the first', async () => {
    const twice = await plan('--tracker', 'flag-scan', '--memory', '4M', '--tracker', 'flag-queue');
    expect(twice).toBe(await plan('--tracker', 'flag-scan,flag-queue', '--memory', '4M'));
  });

  it.each([
    [['measure', '--out', 'a', '--out', 'b'], '--out'],
    [['report', '--from', 'a', '--from=b'], '--from'],
    [['rr', '--connect', 'a:1', '--rate', '1', '--rate', '2'], '--rate'],
    [['table1', '--guest', 'kvm', '--guest', 'simulated'], '--guest'],
  ])('that has one value is refused the second time: %j', async (args, option) => {
    const { code, stderr } = await runHere(args, folder);
    expect({ code, lines: stderr.trim().split('\n').length }).toEqual({ code: 2, lines: 1 });
    expect(stderr).toContain(`dirtybench: option '${option}`);
    expect(stderr).toContain('it was given before: give it once');
  });

  it('takes a range of what doubles', async () => {
    expect(await plan('--memory', '4M-16M', '--pages', '16-32')).toBe(
      await plan('--memory', '4M,8M,16M', '--pages', '16,32'),
    );
    expect(await runHere(['measure', '--memory', '4M-15M'], folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("'4M-15M': a range doubles from its first value to its last"),
    });
  });

  it('takes the trackers of one kind of guest together', async () => {
    const all = await plan('--tracker', 'simulated', '--memory', '4M');
    expect(all).toMatch(/^ {2}tracker .*\bhierarchical-bitmap\b/m);
    expect(all).toMatch(/^ {2}guest +simulated$/m);
  });

  it('of time takes a unit', async () => {
    expect((await runHere(['rr', '--connect', 'a:1', '--duration', '5x'], folder)).stderr).toContain(
      'write a time as 500ms, 5s or 2m',
    );
  });

  it('that was called otherwise in 0.1.0 goes by that name too', async () => {
    const old = await runHere(['table1', '--modes', 'nnoe'], folder);
    expect(old).toMatchObject({ code: 2, stderr: expect.stringContaining("option '--tracker") });
  });
});

describe('help', () => {
  it('lists every command in groups, with a line each', async () => {
    const { stdout } = await runHere(['--help'], folder);
    for (const name of commandNames)
      expect(stdout).toMatch(new RegExp(`^ {2}${name} +${commands[name].summary}$`, 'm'));
    expect(stdout).toContain('Measure detection:');
  });

  it.each([...commandNames, ...fleetParts])(
    'of %s ends with examples, and shows defaults as people write them',
    async (name) => {
      const { stdout } = await runHere([...name.split(' '), '--help'], folder);
      expect(stdout).toMatch(new RegExp(`^Examples:\n(?:  \\$ dirtybench ${name}.*\n)+$`, 'm'));
      // Neither an empty list as JSON, nor a time without its unit.
      expect(stdout).not.toContain('default: []');
      for (const [time] of stdout.matchAll(/--\S+ <time>(?:.|\n {8,})*/g))
        expect(time).not.toMatch(/default:\s+[\d.]+\)/);
    },
  );
});

describe('a limit on open files', () => {
  it('that is too low to begin is said in a line', async () => {
    expect(await runWithFiles(20, ['measure', '--memory', '4M'], folder)).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^dirtybench: this process may open only 20 files: .*`ulimit -n 1024`\n$/),
    });
  });
});

describe('completions', () => {
  it('are printed for a shell, and found for a command, an option and a value', async () => {
    expect((await run(['complete', 'bash'], folder)).stdout).toContain('# bash completion for dirtybench');
    const completed = async (...words: string[]) => (await run(['complete', '--', ...words], folder)).stdout;
    expect(await completed('mea')).toMatch(/^measure\t/m);
    expect(await completed('table1', '--tra')).toMatch(/^--tracker\t/m);
    expect(await completed('measure', '--profile', 'q')).toMatch(/^quick\t/m);
  });
});
