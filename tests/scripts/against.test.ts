import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readResults } from '../../results/file.js';
import { entry, run, runWith, start } from './command.js';

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
  const results = () => readResults(path()) ?? expect.unreachable('nothing was written');
  const measure = (build: string, ...more: string[]) =>
    run(['measure', ...small, '--against', build, '--out', 'r.jsonl', ...more], folder);

  it('measures each round in both builds, with the same writes, and compares them', async () => {
    const { code, stdout } = await measure(itself, '--rounds', '2');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^r\.jsonl beside .*, by turns: of 2 pairs 2 undecided; a verdict .* takes at least 10 rounds/m,
    );
    expect(stdout).toContain('compare: dirtybench compare r.jsonl\n');
    const { header, rounds } = results();
    expect(header.against).toMatchObject({ build: itself, digest: header.against?.ownDigest });
    expect(rounds).toHaveLength(2 + 2 + 2);
    for (const { writesHash, against } of rounds) expect(against?.writesHash).toBe(writesHash);
    const again = await run(['compare', 'r.jsonl'], folder);
    expect(stdout).toContain(again.stdout.trim());
    const single = await runWith(readFileSync(path(), 'utf8'), ['compare', '-'], folder);
    expect(single).toMatchObject({ code: 0, stdout: expect.stringContaining('by turns: of 2 pairs') });
  }, 60_000);

  it('goes on with whole pairs where it was killed, and with no other build', async () => {
    const { process: measuring, ended } = start(
      ['measure', ...small, '--rounds', '3', '--against', itself, '--out', 'r.jsonl'],
      folder,
    );
    await vi.waitUntil(() => existsSync(path()) && (readResults(path())?.rounds.length ?? 0) >= 2, { timeout: 60_000 });
    measuring.kill('SIGKILL');
    await ended;
    truncateSync(path(), readFileSync(path()).length - 100);
    const other = await measure(command, '--rounds', '3');
    expect(other).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('measured against another build, or none'),
    });
    expect((await measure(itself, '--rounds', '3')).code).toBe(0);
    const { rounds } = results();
    expect(rounds).toHaveLength(9);
    expect(rounds.filter(({ against }) => against === undefined)).toEqual([]);
  }, 60_000);

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
