import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { availability } from '../../guests/availability.js';
import { readResults } from '../../results/file.js';
import { trackers } from '../../trackers/registry.js';
import { type Ended, run, runConfined, runHere, start } from './command.js';

const kvm = availability(trackers['kvm-bitmap']);
const hasKvm = kvm.works;
if (!kvm.works) console.info(`skipped: a kernel that refuses a KVM guest: ${kvm.why}`);

const softDirty = availability(trackers['soft-dirty']);
if (softDirty.works) console.info('skipped: a tracker that does not work here: soft-dirty does');

const small = ['--memory', '4M,8M', '--pages', '16', '--epochs', '20', '--rounds', '2', '--concurrency', '1'];

describe('what dirtybench measure has measured', () => {
  let folder: string;
  let commit: string;
  let ended: Ended;
  const resultsIn = (name: string) => readResults(join(folder, name)) ?? expect.unreachable(`nothing is in ${name}`);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
    const git = (...words: string[]) =>
      execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a', ...words]);
    git('init', '--quiet');
    git('commit', '--quiet', '--allow-empty', '--message', 'empty');
    commit = git('rev-parse', 'HEAD').toString().trim();
    const measure = (...more: string[]) =>
      run(['measure', '--tracker', 'flag-scan,flag-queue', ...small, ...more], folder);
    ended = await measure('--seed', '7', '--out', 'my r.jsonl');
    await measure('--seed', '7', '--no-host-name', '--out', 'again.jsonl');
    await measure('--seed', '8', '--out', 'other.jsonl');
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is what the flags say, and the floor and the twin', () => {
    expect(ended).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('12 rounds of 5 points are in my r.jsonl'),
    });
    const { rounds } = resultsIn('my r.jsonl');
    expect(rounds).toHaveLength(12);
    expect(rounds.every(({ dirtyPages, epochs }) => dirtyPages === 16 * epochs)).toBe(true);
  });

  it('has the name of the machine and the commit that is checked out, or leaves the name out', () => {
    expect(resultsIn('my r.jsonl').header).toMatchObject({ host: hostname(), commit });
    expect(resultsIn('again.jsonl').header).toMatchObject({ host: null, commit });
  });

  it('has the same writes with the same seed, and others with another', () => {
    const hashes = (name: string) => {
      const rounds = resultsIn(name).rounds.map((one) => `${one.point} ${one.round} ${one.twin} ${one.writesHash}`);
      return rounds.sort();
    };
    const first = hashes('my r.jsonl');
    expect(first).toHaveLength(12);
    expect(hashes('again.jsonl')).toEqual(first);
    expect(hashes('other.jsonl')).toHaveLength(12);
    expect(hashes('other.jsonl').filter((one) => first.includes(one))).toEqual([]);
  });

  it('ends with its figures, and a next command that runs as it stands', async () => {
    const { stdout } = ended;
    expect(stdout).toMatch(/^flag-queue +8M +16 .*[mµn]s/m);
    expect(stdout).toContain('Which is the fastest takes 5 rounds of each point to say.');
    expect(stdout).toContain("report: dirtybench report --from 'my r.jsonl'\n");
    const report = await runHere(['report', '--from', 'my r.jsonl'], folder);
    expect(report).toMatchObject({ code: 0, stdout: expect.stringContaining('report: my r-report/report.md') });
    expect(report.stdout).toMatch(/^flag-queue +8M +16 .*[mµn]s/m);
  });
});

describe('dirtybench measure', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const file = () => join(folder, 'r.jsonl');

  it.skipIf(softDirty.works)('says which tracker that was named does not work here, and ends with code 3', async () => {
    const named = ['measure', '--tracker', 'flag-queue,soft-dirty', ...small, '--out', 'r.jsonl'];
    const refused = {
      code: 3,
      stderr: expect.stringMatching(/not measured: tracker 'soft-dirty' does not work here: .*; remedy: /),
    };
    expect(await runHere([...named, '--dry-run'], folder)).toMatchObject(refused);
    expect(existsSync(file())).toBe(false);
    expect(await run(named, folder)).toMatchObject({
      ...refused,
      stdout: expect.stringContaining('points are in r.jsonl'),
    });
    expect(readResults(file())?.rounds.length).toBeGreaterThan(0);
  });

  it('takes a list that is given in two parts for one, and refuses two values where there can be but one', async () => {
    const two = ['measure', '--tracker', 'flag-scan', '--tracker', 'flag-queue', ...small, '--dry-run'];
    expect((await runHere(two, folder)).stdout).toMatch(/^ {2}tracker +flag-scan, flag-queue$/m);
    expect(await runHere([...two, '--rounds', '3'], folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('it was given before: give it once.'),
    });
  });

  it.each(['SIGINT', 'SIGKILL'] as const)('stopped by %s goes on with the same command', async (signal) => {
    const args = [
      'measure',
      '--memory',
      '64M',
      '--rounds',
      '6',
      '--epochs',
      '300',
      '--out',
      'r.jsonl',
      '--concurrency',
      '1',
    ];
    const first = start(args, folder);
    while (!existsSync(file()) || readFileSync(file(), 'utf8').split('\n').length < 5) await sleep(20);
    first.process.kill(signal);
    const stopped = await first.ended;
    if (signal === 'SIGINT') {
      expect(stopped).toMatchObject({ code: 130, stderr: expect.stringContaining('the same command goes on') });
    }
    const kept = readResults(file())?.rounds ?? [];
    expect(kept.length).toBeGreaterThanOrEqual(3);

    expect(await run(args, folder)).toMatchObject({ code: 0 });
    const rounds = readResults(file())?.rounds ?? [];
    expect(rounds.slice(0, kept.length)).toEqual(kept);
    expect(rounds).toHaveLength(24);
    expect(new Set(rounds.map((one) => `${one.point} ${one.round} ${one.twin}`)).size).toBe(24);
  });

  it('prints the points and the time of a dry run, and measures nothing', async () => {
    const ended = await runHere(
      ['measure', '--tracker', 'flag-scan', ...small, '--dry-run', '--out', 'r.jsonl'],
      folder,
    );
    for (const line of ['guest +simulated', 'memory +4M, 8M', 'pages +16', 'cache +l2-cold', 'vcpus +1', 'epochs +20'])
      expect(ended.stdout).toMatch(new RegExp(`^ {2}${line}$`, 'm'));
    expect(ended.stdout).toMatch(/3 points, 8 rounds, about \d+ s with 1 worker$/m);
    expect(existsSync(file())).toBe(false);
  });

  it.each([
    [['--tracker', 'flag-scna'], "unknown tracker 'flag-scna': did you mean 'flag-scan'?"],
    [['--memory', '4GBB'], "'4GBB' is not a size"],
    [['--memory', '4M', '--pages', '2000'], '2000 pages per epoch'],
    [['--workload', 'unifrom'], "did you mean 'uniform'"],
    [['--workload', 'trace:./none.trace.gz'], 'none.trace.gz'],
    [['--profile', 'memroy'], "did you mean 'memory'"],
    [['--sweep', 'none.yaml'], "cannot read sweep file 'none.yaml'"],
    [['--sweep', 'wrong.yaml'], "wrong.yaml: unknown key 'memroy'"],
    [['--out', 'no/such/folder/r.jsonl'], "cannot write results file 'no/such/folder/r.jsonl'"],
    [['--out', 'broken.jsonl'], 'broken.jsonl, line 1: not JSON'],
    [['--concurrency', 'many'], "--concurrency 'many'"],
    [['--epoch', '4'], "unknown option '--epoch'"],
  ])('%j is one line on stderr and exit code 2', async (args, message) => {
    writeFileSync(join(folder, 'wrong.yaml'), 'memroy: 4G\n');
    writeFileSync(join(folder, 'broken.jsonl'), 'not JSON\n');
    const ended = await runHere(['measure', ...args], folder);
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
    expect(ended.stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });

  it.skipIf(!hasKvm)(
    'measures the rest when the kernel refuses a guest half-way, and then goes on with it',
    async () => {
      const memory = ['--memory', '16M,64G', '--pages', '16', '--epochs', '20', '--rounds', '1', '--concurrency', '1'];
      const args = ['measure', '--tracker', 'kvm-bitmap,flag-queue', ...memory, '--out', 'r.jsonl'];
      const refused = await runConfined(args, folder, 60e9);
      expect(refused.code).toBe(3);
      expect(refused.stderr).toMatch(
        /\ndirtybench: not measured: tracker 'kvm-bitmap' .*64G.*: mmap of \d+ bytes: ENOMEM, .*; what helps: .*; the same command tries again\n$/,
      );
      const held = readResults(file());
      const missing = held?.header.points.filter((_point, index) => !held.rounds.some(({ point }) => point === index));
      expect(missing).toMatchObject([{ tracker: 'kvm-bitmap', memoryBytes: 64 * 2 ** 30 }]);

      expect(await run(args, folder)).toMatchObject({ code: 0 });
      expect(readResults(file())?.rounds).toHaveLength((held?.rounds.length ?? 0) + 1);
    },
  );
});
