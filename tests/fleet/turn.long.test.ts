import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hostLock, takeHost } from '../../fleet/turn.js';
import { readResults } from '../../results/file.js';
import { run } from '../scripts/command.js';
import { lack, Members } from './members.js';

describe.skipIf(lack !== null)('two workers on one host', () => {
  // Temporary files of their own, so that workers of other tests are on another host.
  const own = mkdtempSync(join(tmpdir(), 'dirtybench-turn-'));
  vi.stubEnv('TMPDIR', own);
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(own, { recursive: true });
  });
  const members = Members.here();
  const worker = (fleet: string) => ['--redis', members.server.url, '--fleet', fleet, '--lock', '1s'];
  beforeAll(() => expect(hostLock().startsWith(own)).toBe(true));

  it('never measure at once: in another fleet the second is refused, by the first one’s process', async () => {
    const first = await members.ready(...worker('one'));
    const refused = await members.start(...worker('two')).ended;
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      new RegExp(`^dirtybench: process ${first.process.pid} measures on this host already`, 'm'),
    );
    first.process.kill('SIGKILL');
    await first.ended;
    const next = await members.ready(...worker('two'));
    next.process.kill('SIGINT');
    expect((await next.ended).code).toBe(0);
  });

  it('take turns where that is meant: no round begins before the other’s has ended', async () => {
    for (const name of ['three', 'four']) await members.ready(...worker('both'), '--shared-host', '--name', name);
    const words = ['--hosts', 'each', '--at-least', '2', '--tracker', 'flag-queue', '--memory', '4M', '--rounds', '2'];
    const fleet = ['--redis', members.server.url, '--fleet', 'both', '--out', 'turns.jsonl'];
    const ended = await run(['fleet', 'measure', ...fleet, ...words], members.folder);
    expect(ended.code, ended.stderr).toBe(0);
    const rounds = (readResults(join(members.folder, 'turns.jsonl'))?.rounds ?? [])
      .map(({ startedAt, seconds, host }) => ({
        host,
        from: Date.parse(startedAt),
        to: Date.parse(startedAt) + seconds * 1000,
      }))
      .sort((one, other) => one.from - other.from);
    expect(new Set(rounds.map(({ host }) => host))).toEqual(new Set(['three', 'four']));
    for (const [index, { from }] of rounds.entries()) {
      expect(from).toBeGreaterThanOrEqual((rounds[index - 1]?.to ?? 0) - 2);
    }
  }, 120_000);

  it('one waits until the other gives the host back', async () => {
    const order: string[] = [];
    const giveBack = await takeHost(1000, () => {});
    const second = takeHost(10_000, () => order.push('waits')).then((give) => {
      order.push('has it');
      give();
    });
    await expect.poll(() => order).toEqual(['waits']);
    giveBack();
    await second;
    expect(order).toEqual(['waits', 'has it']);
  });
});
