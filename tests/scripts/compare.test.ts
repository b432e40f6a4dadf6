import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { isFloor } from '../../measure/floor.js';
import { coverageOfEach } from '../../reports/analysis/compare/pair.js';
import { roundsForVerdict } from '../../reports/analysis/compare/rounds.js';
import type { AnyResults } from '../../results/any.js';
import type { Results } from '../../results/schema.js';
import { expandFlags } from '../../scripts/options/axes.js';
import { environment, jitter, type Making, pointOf, resultsOf } from '../reports/fixture.js';
import { sampleMigrations } from '../reports/migrations.js';
import { sampleTransactions } from '../reports/transactions.js';
import { hostOf } from '../results/fixture.js';
import { runHere, runWith } from './command.js';

const gib = 2 ** 30;
const trackers = ['null', 'flag-scan', 'bitmap-scan', 'flag-queue'];

/** Eight rounds of four trackers in two memories; `slower` says how many times as long a tracker takes. */
function sweep(slower: Readonly<Record<string, number>> = {}, making: Making = {}, shift = 0): Results {
  const points = [1, 4].flatMap((size) =>
    trackers.map((tracker) => pointOf({ tracker, memoryBytes: size * gib, rounds: 8 })),
  );
  return resultsOf(
    points,
    ({ tracker }, round) => {
      const cost = (tracker === 'null' ? 40 : 40_000) * (slower[tracker] ?? 1) * jitter(round + shift, 0.02);
      return { collectNs: cost, runNs: 500 * jitter(round + shift, 0.02) };
    },
    making,
  );
}

test('two files of the profile quick, the first that a user has, have rounds enough for verdicts', async () => {
  const { points } = await expandFlags({ profile: 'quick' }, null);
  const judged = points.filter(({ tracker }) => !isFloor(tracker));
  const needed = roundsForVerdict(coverageOfEach(judged.length, false), false);
  expect(judged.length).toBeGreaterThan(10);
  expect(Math.min(...judged.map(({ rounds }) => rounds))).toBeGreaterThanOrEqual(needed);
});

describe('dirtybench compare', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
    save('base.jsonl', { kind: 'results', of: sweep() });
    save('again.jsonl', { kind: 'results', of: sweep({}, {}, 3) });
    save('slower.jsonl', { kind: 'results', of: sweep({ 'flag-scan': 1.3 }, {}, 5) });
    save('transactions.jsonl', { kind: 'transactions', of: sampleTransactions() });
    save('migrations.jsonl', { kind: 'migrations', of: sampleMigrations() });
    writeFileSync(join(folder, 'empty.jsonl'), '');
    writeFileSync(join(folder, 'broken.jsonl'), '{}\n');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function save(name: string, { of }: AnyResults): void {
    const lines = [of.header, ...('rounds' in of ? of.rounds : of.runs)];
    writeFileSync(join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  it('says of a tracker that became slower that it did, first, and of the others that they are the same', async () => {
    const { code, stdout, stderr } = await runHere(['compare', 'base.jsonl', 'slower.jsonl'], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^slower.jsonl beside base.jsonl: of 8 pairs 2 slower, 2 undecided and 4 same within 5 %; /);
    const rows = stdout.split('\n').filter((line) => /^(null|flag|bitmap)/.test(line));
    expect(rows[0]).toMatch(/^flag-scan +\dG +64 +(?:39|40).* µs +5\d.* µs +1\.[23]\dx +1\.\d\dx to 1\.\d\dx +slower$/);
    expect(rows.filter((row) => row.includes('same')).map((row) => row.split(' ')[0])).not.toContain('flag-scan');
  });

  it('ends with exit code 4 for what is slower where --fail-on slower asks for it, and with 0 for what is undecided', async () => {
    const gate = (...files: string[]) => runHere(['compare', ...files, '--fail-on', 'slower'], folder);
    expect(await gate('base.jsonl', 'slower.jsonl')).toMatchObject({
      code: 4,
      stdout: expect.stringContaining('1.3'),
      stderr: 'dirtybench: 2 of 8 pairs are slower\n',
    });
    expect(await gate('slower.jsonl', 'base.jsonl')).toMatchObject({ code: 0, stderr: '' });
    expect(await gate('base.jsonl', 'again.jsonl')).toMatchObject({ code: 0, stderr: '' });
    expect(await gate('migrations.jsonl', 'migrations.jsonl')).toMatchObject({ code: 0, stderr: '' });
  });

  it.each(['base.jsonl', 'transactions.jsonl', 'migrations.jsonl'])(
    'never calls %s faster or slower than itself',
    async (file) => {
      const { code, stdout } = await runHere(['compare', file, file, file, '--format', 'json'], folder);
      const verdicts = [...stdout.matchAll(/"verdict": "(\w+)"/g)].map(([, verdict]) => verdict);
      expect(code).toBe(0);
      expect(verdicts.length).toBeGreaterThan(0);
      expect(verdicts.filter((verdict) => verdict !== 'same' && verdict !== 'undecided')).toEqual([]);
    },
  );

  it('compares the two builds of a file that has both, as pairs, whatever the machine did from round to round', async () => {
    const drift = (round: number) => 1 + 0.5 * round;
    const against = { build: '../base', version: '0.0.1', commit: null, digest: 'a', ownDigest: 'b' };
    const of = (factor: number): Results => {
      const points = trackers.map((tracker) => pointOf({ tracker, rounds: 16 }));
      const build = (slower: number, shift: number) =>
        resultsOf(points, ({ tracker }, round) => ({
          collectNs:
            (tracker === 'null' ? 40 : 40_000) *
            drift(round) *
            (tracker === 'flag-scan' ? slower : 1) *
            jitter(round + shift, 0.02),
        }));
      const base = build(1, 3);
      const own = build(factor, 0);
      const rounds = own.rounds.map((round, index) => {
        const {
          kind: _kind,
          point: _point,
          twin: _twin,
          round: _round,
          beside: _beside,
          ...measured
        } = base.rounds[index] ?? round;
        return { ...round, against: { ...measured, writesHash: factor === 1 ? 'other' : measured.writesHash } };
      });
      return { ...own, header: { ...own.header, against }, rounds };
    };
    save('pairs.jsonl', { kind: 'results', of: of(1.3) });
    save('same.jsonl', { kind: 'results', of: of(1) });
    const { header, ...alike } = of(1);
    const twice = { ...alike, header: { ...header, against: { ...against, digest: against.ownDigest } } };
    save('alike.jsonl', { kind: 'results', of: twice });
    const gate = (file: string) => runHere(['compare', file, '--fail-on', 'slower'], folder);
    expect(await gate('pairs.jsonl')).toMatchObject({
      code: 4,
      stdout: expect.stringMatching(
        /^pairs\.jsonl beside \.\.\/base, by turns: of 4 pairs 1 slower, 1 undecided and 2 same within 5 %; slower the most: flag-scan, 1\.\d+x\n/,
      ),
      stderr: 'dirtybench: 1 of 4 pairs is slower\n',
    });
    expect(await gate('alike.jsonl')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('\nBoth are the same files, to the byte'),
    });
    const { code, stdout } = await gate('same.jsonl');
    expect(stdout).not.toContain('to the byte');
    expect(code).toBe(0);
    for (const text of [
      'of 4 pairs 1 undecided and 3 same',
      'version: 0.0.1, now 0.0.0',
      'pages written: by its own',
    ]) {
      expect(stdout).toContain(text);
    }
    const stream = await runWith(readFileSync(join(folder, 'pairs.jsonl'), 'utf8'), ['compare', '-'], folder);
    expect(stream.stdout).toContain('by turns: of 4 pairs 1 slower');
  });

  it('compares detection, unless --metric asks for the writes or both', async () => {
    const metricsOf = async (...flags: string[]) => {
      const { stdout } = await runHere(['compare', 'base.jsonl', 'slower.jsonl', '--format', 'json', ...flags], folder);
      return new Set([...stdout.matchAll(/"metric": "(\w+)"/g)].map(([, metric]) => metric));
    };
    expect(await metricsOf()).toEqual(new Set(['collect']));
    expect(await metricsOf('--metric', 'run')).toEqual(new Set(['run']));
    expect(await metricsOf('--metric', 'both')).toEqual(new Set(['collect', 'run']));
  });

  it('compares each further file with the first, in Markdown too', async () => {
    const { stdout } = await runHere(
      ['compare', 'base.jsonl', 'again.jsonl', 'slower.jsonl', '--format', 'markdown'],
      folder,
    );
    expect(stdout).toContain('**again.jsonl beside base.jsonl: of 8 pairs 2 undecided and 6 same');
    expect(stdout).toContain('**slower.jsonl beside base.jsonl: of 8 pairs 2 slower');
    expect(stdout).toMatch(/^\| `?flag-scan`? .*\| \*\*slower\*\* +\|/m);
  });

  it('draws the ratios with --chart, a panel for each file', async () => {
    const { code } = await runHere(
      ['compare', 'base.jsonl', 'again.jsonl', 'slower.jsonl', '--chart', 'r.svg'],
      folder,
    );
    expect(code).toBe(0);
    const svg = readFileSync(join(folder, 'r.svg'), 'utf8');
    for (const text of [
      'again.jsonl over base.jsonl',
      'slower.jsonl over base.jsonl',
      'flag-scan, 4G',
      'slower',
      '1.20x',
    ]) {
      expect(svg).toContain(text);
    }
    expect(JSON.parse(readFileSync(join(folder, 'r.vl.json'), 'utf8'))).toHaveProperty('vconcat');
  });

  it('takes the host that --host names of files that have hosts, and other files as they are', async () => {
    const { header, rounds } = sweep();
    const lines = [
      { ...header, fleet: { run: 'r', hosts: 'each' } },
      hostOf('a'),
      ...rounds.map((round) => ({ ...round, host: 'a' })),
    ];
    writeFileSync(join(folder, 'fleet.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const { code, stdout, stderr } = await runHere(['compare', 'again.jsonl', 'fleet.jsonl', '--host', 'a'], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^fleet.jsonl \(a\) beside again.jsonl: of 8 pairs /);
  });

  it('says in what the machines differ, and which points have no partner', async () => {
    const here = { ...environment, cpu: 'Other CPU', kernel: '6.1.0' };
    const other = sweep({}, { header: { environment: here, version: '0.2.0' } });
    const { points, ...header } = other.header;
    const moved = points.map((point) =>
      point.tracker === 'flag-queue' ? { ...point, cache: 'warm' as const } : point,
    );
    save('other.jsonl', { kind: 'results', of: { ...other, header: { ...header, points: moved } } });
    const { code, stdout } = await runHere(['compare', 'base.jsonl', 'other.jsonl', '--fail-on', 'slower'], folder);
    expect(code).toBe(0);
    for (const line of ['version: 0.0.0, now 0.2.0', 'cpu: Model CPU, now Other CPU', 'kernel: 6.0.0, now 6.1.0']) {
      expect(stdout).toContain(line);
    }
    expect(stdout).toMatch(/2 points are only in base.jsonl:\n {2}flag-queue, 1G\n {2}flag-queue, 4G/);
    expect(stdout).toMatch(/2 points are only in other.jsonl:\n {2}flag-queue, 1G/);
  });

  it.each([
    [['base.jsonl', 'none.jsonl'], "cannot read results file 'none.jsonl'"],
    [['base.jsonl', 'empty.jsonl'], 'empty.jsonl: nothing in it is finished'],
    [['-', '-'], 'standard input holds one results file'],
    [['base.jsonl', 'broken.jsonl'], 'broken.jsonl, line 1'],
    [['base.jsonl', 'transactions.jsonl'], "'transactions.jsonl' holds transactions and 'base.jsonl' results"],
    [['migrations.jsonl', 'migrations.jsonl', '--metric', 'run'], '--metric run is for sweeps'],
    [['base.jsonl', 'again.jsonl', '--threshold', 'much'], 'it must be a percentage above 0'],
    [['base.jsonl', 'again.jsonl', '--metric', 'wall'], "argument 'wall' is invalid"],
    [['base.jsonl', 'again.jsonl', '--host', 'a'], '--host a chooses one of a fleet'],
    [['base.jsonl'], "'base.jsonl' is of one build on one host: name another file to compare it with"],
  ])('%j is one line on stderr and exit code 2', async (args, message) => {
    const ended = await runHere(['compare', ...args], folder);
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });
});
