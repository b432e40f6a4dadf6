import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AnyResults } from '../../results/any.js';
import { readTransactions } from '../../results/transactions.js';
import { sampleMigrations } from '../reports/migrations.js';
import { sampleResults } from '../reports/sample.js';
import { sampleTransactions } from '../reports/transactions.js';
import { type Ended, run, runHere, start } from './command.js';

const small = ['--memory', '4M,8M', '--pages', '16', '--epochs', '20', '--rounds', '2', '--concurrency', '1'];

const brief = sampleResults({
  trackers: ['null', 'flag-scan', 'flag-queue'],
  memories: [2 ** 30],
  pages: [64],
  programs: [],
});

/** Fills a file of transactions up to its last run with copies of its first. */
function completeByCopies(path: string): void {
  const { header, runs } = readTransactions(path) ?? sampleTransactions();
  const [first] = runs;
  const name = ({ point, twin, round }: { point: number; twin: boolean; round: number }) => `${point} ${twin} ${round}`;
  const held = new Set(runs.map(name));
  for (let round = 0; round < header.rounds; round++) {
    const wanted = [...header.points.map((_, point) => ({ point, twin: false })), { point: header.twin, twin: true }];
    const due = wanted.map((run) => ({ ...first, ...run, round })).filter((run) => !held.has(name(run)));
    for (const run of due) appendFileSync(path, `${JSON.stringify(run)}\n`);
  }
}

describe('dirtybench report, of what it measures', () => {
  let folder: string;
  let ended: Ended;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
    ended = await run(['report', ...small, '--out', 'mine'], folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('writes the report with its data, and prints the main table', () => {
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('report: mine/report.md') });
    expect(readFileSync(join(folder, 'mine/report.md'), 'utf8')).toContain('flag-queue');
    expect(existsSync(join(folder, 'mine/results.jsonl'))).toBe(true);
    expect(existsSync(join(folder, 'mine/results.partial.jsonl'))).toBe(false);
    const analysis: unknown = JSON.parse(readFileSync(join(folder, 'mine/analysis.json'), 'utf8'));
    expect(analysis).toMatchObject({
      points: expect.arrayContaining([expect.objectContaining({ tracker: 'flag-scan' })]),
    });
  });

  it('writes the same from the results as when it measured them', async () => {
    const again = await runHere(['report', '--from', 'mine/results.jsonl', '--out', 'again'], folder);
    expect(again.code).toBe(0);
    for (const file of ['report.md', 'analysis.json', 'results.jsonl']) {
      expect(readFileSync(join(folder, 'again', file), 'utf8')).toBe(readFileSync(join(folder, 'mine', file), 'utf8'));
    }
  });
});

describe('dirtybench report', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('measures transactions where asked to, keeps them when interrupted, and goes on from there', async () => {
    const args = ['report', '--tracker', 'flag-queue', ...small, '--transactions', '--out', 'mine'];
    const partial = join(folder, 'mine/transactions.partial.jsonl');
    const { process: measuring, ended } = start(args, folder);
    await vi.waitUntil(() => existsSync(partial) && readTransactions(partial)?.runs.length, { timeout: 200_000 });
    measuring.kill('SIGINT');
    expect(await ended).toMatchObject({
      code: 130,
      stderr: expect.stringContaining('what is finished is kept in mine/'),
    });
    expect(existsSync(join(folder, 'mine/report.md'))).toBe(false);

    completeByCopies(partial);
    const resumed = await run(args, folder);
    expect(resumed).toMatchObject({ code: 0, stderr: expect.stringMatching(/going on after \d+ finished rounds/) });
    expect(existsSync(partial)).toBe(false);
    expect(readTransactions(join(folder, 'mine/transactions.jsonl'))?.runs.length).toBeGreaterThan(9);
    expect(measuredAgain('mine')).not.toContain('rounds were finished');
    expect(measuredAgain('mine')).toContain('each point 5 times');
  }, 300_000);

  it('takes transactions from the file that is named, else from beside the results, else says what it needs', async () => {
    save('r.jsonl', brief);
    save('table1.jsonl', sampleTransactions());
    await from('r.jsonl', '--out', 'mine');
    expect(absent('mine')).toContain('- Table 1, measured again end to end: it needs transactions');
    await from('mine/results.jsonl', '--transactions', 'table1.jsonl', '--out', 'named');
    expect(measuredAgain('named')).toContain('here: `kvm-ring`');
    await from('named/results.jsonl', '--out', 'beside');
    expect(readFileSync(join(folder, 'beside/report.md'))).toEqual(readFileSync(join(folder, 'named/report.md')));
    expect(existsSync(join(folder, 'beside/transactions.jsonl'))).toBe(true);
    await from('named/results.jsonl', '--no-transactions', '--out', 'without');
    expect(absent('without')).toContain('- Table 1, measured again');
    expect(existsSync(join(folder, 'without/transactions.jsonl'))).toBe(false);
  });

  it('takes migrations from the file that is named, else from beside the results, and leaves them out with transactions', async () => {
    save('r.jsonl', brief);
    save('moved.jsonl', sampleMigrations());
    await from('r.jsonl', '--out', 'mine');
    expect(absent('mine')).toContain('- Live migration: how long the guest stands still: it needs migrations');
    expect(existsSync(join(folder, 'mine/migration.md'))).toBe(false);
    await from('mine/results.jsonl', '--migrations', 'moved.jsonl', '--out', 'named');
    expect(section('named', 'Live migration')).toContain('(charts/downtime.svg)');
    await from('named/results.jsonl', '--out', 'beside');
    expect(readFileSync(join(folder, 'beside/report.md'))).toEqual(readFileSync(join(folder, 'named/report.md')));
    await from('named/results.jsonl', '--no-transactions', '--out', 'without');
    expect(absent('without')).toContain('- Live migration');
    await from('named/results.jsonl', '--no-migrations', '--out', 'neither');
    expect(existsSync(join(folder, 'neither/migrations.jsonl'))).toBe(false);
  });

  it('is of transactions or migrations alone where they alone are named, and measures nothing', async () => {
    save('table1.jsonl', sampleTransactions());
    save('moved.jsonl', sampleMigrations());
    const alone = await runHere(['report', '--transactions', 'table1.jsonl'], folder);
    expect(alone).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/report: table1-report\/report\.md/),
    });
    expect(alone.stdout).toContain('Where the time of a transaction goes');
    expect(measuredAgain('table1-report')).toContain('(charts/transaction-split.svg)');
    expect(existsSync(join(folder, 'table1-report/transactions.jsonl'))).toBe(true);

    const moved = await runHere(['report', '--migrations', 'moved.jsonl', '--out', 'm'], folder);
    expect(moved).toMatchObject({ code: 0, stdout: expect.stringContaining('the guest stood still for') });
    expect(section('m', 'Live migration')).toContain('(charts/downtime.svg)');
    expect(absent('m')).toContain('- Table 1, measured again');
  });

  function save(name: string, of: AnyResults['of']): void {
    const lines = [of.header, ...('rounds' in of ? of.rounds : of.runs)];
    writeFileSync(join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  function from(results: string, ...more: string[]): Promise<Ended> {
    return runHere(['report', '--from', results, ...more], folder);
  }

  function measuredAgain(report: string): string {
    return section(report, 'Table 1, measured again');
  }

  function absent(report: string): string {
    return section(report, 'Not in this report');
  }

  function section(report: string, heading: string): string {
    const pages = readdirSync(join(folder, report)).filter((name) => name.endsWith('.md'));
    const parts = pages.flatMap((name) => readFileSync(join(folder, report, name), 'utf8').split(/^## /m));
    return parts.find((part) => part.startsWith(heading)) ?? '';
  }

  it('leaves results files as they are where one would be written over another', async () => {
    const fileOf = (name: string, header: unknown, rounds: readonly unknown[]) =>
      writeFileSync(join(folder, name), [header, ...rounds].map((line) => `${JSON.stringify(line)}\n`).join(''));
    const sweep = sampleResults({ trackers: ['flag-queue'], memories: [2 ** 22], pages: [16], programs: [] });
    const { header, runs } = sampleTransactions();
    fileOf('mine.jsonl', sweep.header, sweep.rounds);
    fileOf('results.jsonl', header, runs);
    const before = readFileSync(join(folder, 'results.jsonl'), 'utf8');
    const named = ['--transactions', 'results.jsonl', '--out', '.'];
    for (const args of [['--from', 'mine.jsonl'], small]) {
      expect(await runHere(['report', ...args, ...named], folder)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/its results\.jsonl would overwrite '.*results\.jsonl'.* with --out\n$/),
      });
      expect(readdirSync(folder).sort()).toEqual(['mine.jsonl', 'results.jsonl']);
    }
    expect(readFileSync(join(folder, 'results.jsonl'), 'utf8')).toBe(before);
  });

  it.each([
    [['--from', 'none.jsonl'], "cannot read results file 'none.jsonl'"],
    [['--from', 'empty.jsonl'], 'empty.jsonl: nothing in it is finished'],
    [['--from', 'broken.jsonl'], 'broken.jsonl, line 1'],
    [['--out', 'a-file', ...small], 'a-file'],
    [['--from', 'none.jsonl', '--transactions'], 'give --transactions a file'],
    [['--from', 'none.jsonl', '--migrations'], 'give --migrations a file'],
    [[...small, '--transactions', 'none.jsonl'], "cannot read results file 'none.jsonl'"],
    [['--from', 'none.jsonl', '--tracker', 'flag-scan'], '--from measures nothing: leave --tracker out'],
    [['--from', 'none.jsonl', '--concurrency', '1'], '--from measures nothing: leave --concurrency out'],
    [['--soak', 'none.jsonl', ...small], "cannot read results file 'none.jsonl'"],
    [['--transactions', 'none.jsonl', '--soak', 's.jsonl'], '--soak s.jsonl is for the report of a sweep'],
    [['--profile', 'repotr'], "did you mean 'report'"],
  ])('%j is one line on stderr and exit code 2', async (args, message) => {
    writeFileSync(join(folder, 'empty.jsonl'), '');
    writeFileSync(join(folder, 'broken.jsonl'), '{}\n');
    writeFileSync(join(folder, 'a-file'), '');
    const ended = await runHere(['report', ...args], folder);
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });
});
