import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readResults } from '../../results/file.js';
import { ownTracker } from '../trackers/own-source.js';
import { entry, run, runHere, start } from './command.js';

const small = ['--tracker', 'flag-scan', '--memory', '4M', '--pages', '16', '--epochs', '20', '--concurrency', '1'];
/** This package, as another build of it would be. */
const itself = dirname(dirname(dirname(entry)));
/** The same as a command. */
const command = `'${process.execPath}' '${entry}'`;

describe('measure --against', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const path = () => join(folder, 'r.jsonl');
  const write = (name: string, source: string) => writeFileSync(join(folder, name), source);
  const sha256 = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
  const results = () => readResults(path()) ?? expect.unreachable('nothing was written');
  const measure = (build: string, ...more: string[]) =>
    run(['measure', ...small, '--against', build, '--out', 'r.jsonl', ...more], folder);

  it('measures each round in both builds, with the same writes, and compares them', async () => {
    const { code, stdout } = await measure(itself, '--rounds', '1');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^r\.jsonl beside .*, by turns: of 2 pairs 2 undecided; a verdict .* takes at least 9 rounds/m,
    );
    expect(stdout).toContain('compare: dirtybench compare r.jsonl\n');
    const { header, rounds } = results();
    expect(header.against).toMatchObject({ build: itself, digest: header.against?.ownDigest });
    expect(rounds).toHaveLength(1 + 1 + 1);
    for (const { writesHash, against } of rounds) expect(against?.writesHash).toBe(writesHash);
    const again = await runHere(['compare', 'r.jsonl'], folder);
    expect(again.code).toBe(0);
    expect(stdout).toContain(again.stdout.trim());
  }, 180_000);

  it('goes on with whole pairs where it was killed, and with no other build', async () => {
    const { process: measuring, ended } = start(
      ['measure', ...small, '--rounds', '2', '--against', itself, '--out', 'r.jsonl'],
      folder,
    );
    await vi.waitUntil(() => existsSync(path()) && (readResults(path())?.rounds.length ?? 0) > 0, { timeout: 60_000 });
    measuring.kill('SIGKILL');
    await ended;
    truncateSync(path(), readFileSync(path()).length - 100);
    const other = await measure(command, '--rounds', '2');
    expect(other).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('measured against another build or version, or none'),
    });
    expect((await measure(itself, '--rounds', '2')).code).toBe(0);
    const { rounds } = results();
    expect(rounds).toHaveLength(6);
    expect(rounds.filter(({ against }) => against === undefined)).toEqual([]);
  }, 180_000);

  it('measures another version of a module in the place of the first, and all else the same on both sides', async () => {
    write('mine.js', ownTracker());
    write('before.js', ownTracker('this.#pages.add(page); this.#pages.add(page);'));
    const own = (against: string, ...more: string[]) =>
      measure(against, '--tracker', './mine.js', '--rounds', '1', ...more);
    const { code, stdout, stderr } = await own('./before.js');
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^r\.jsonl beside \.\/before\.js, by turns: of 3 pairs 3 undecided/m);
    const { header, rounds } = results();
    expect(header.against).toMatchObject({
      build: './before.js',
      digest: header.against?.ownDigest,
      module: { path: './before.js', sha256: sha256('before.js'), of: './mine.js' },
    });
    for (const { writesHash, against } of rounds) expect(against?.writesHash).toBe(writesHash);

    write('before.js', ownTracker('this.#pages.add(page); this.isChanged = true;'));
    const other = await own('./before.js');
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('against another build or version') });
    const same = await own('./mine.js', '--dry-run');
    expect(same.stderr).toContain("'./mine.js' is the same as './mine.js', byte for byte");
  }, 180_000);

  it('gives a point the fewest rounds that a verdict takes, and goes on with it only while it is undecided', async () => {
    write('mine.js', ownTracker());
    const busy = 'for (let i = 0; i < 20_000; i++) this.sum = ((this.sum ?? 0) + i) % 7;';
    write('before.js', ownTracker().replace('let found = 0;', `let found = 0; ${busy}`));
    const words = ['--tracker', './mine.js', '--memory', '4M', '--pages', '16', '--epochs', '20', '--concurrency', '1'];
    const measureOwn = (...more: string[]) =>
      run(['measure', ...words, '--against', './before.js', '--out', 'r.jsonl', ...more], folder);
    const planned = await measureOwn('--dry-run');
    expect(planned.stdout).toMatch(/ rounds, about .*; what is undecided then has up to 8 times as many rounds\n$/);

    const { code, stdout, stderr } = await measureOwn();
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('at each of 4 looks');
    const { header, rounds } = results();
    const index = header.points.findIndex(({ tracker }) => tracker === './mine.js');
    const asked = header.points[index]?.rounds ?? 0;
    const had = rounds.filter(({ point, twin }) => point === index && !twin).length;
    expect([1, 2, 4, 8].map((times) => times * asked)).toContain(had);
    expect(stdout).toMatch(/^\.\/mine\.js .* faster/m);

    expect((await measureOwn()).code).toBe(0);
    expect(results().rounds).toEqual(rounds);
    expect((await measureOwn('--rounds', '5')).stderr).toContain('other points');
  }, 300_000);

  it('finds the page that the other version of a module loses, and says which version it was', async () => {
    write('mine.js', ownTracker());
    write('lossy.js', ownTracker('if (page !== 7) this.#pages.add(page);'));
    const { code, stderr } = await measure('./lossy.js', '--tracker', './mine.js', '--rounds', '1', '--memory', '4M');
    expect(code).toBe(1);
    expect(stderr).toMatch(/tracker '\.\/lossy\.js' .*: 15 pages found where 16 were written: missing 7 /);
  });

  it('says in a line what is no build, before it writes anything', async () => {
    for (const [build, reason] of [
      ['no-such-command', "'no-such-command' cannot be measured against: it ended with exit code 127"],
      [folder, 'is a folder without dirtybench'],
    ] as const) {
      const ended = await measure(build);
      expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(reason) });
      expect(ended.stderr.trim().split('\n')).toHaveLength(1);
      expect(existsSync(path())).toBe(false);
    }
  });
});
