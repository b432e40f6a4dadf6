import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { availability } from '../../guests/availability.js';
import { readResults } from '../../results/file.js';
import { trackers } from '../../trackers/registry.js';
import { run, start } from '../scripts/command.js';
import { lack, Members } from './members.js';

if (lack !== null) console.info(`skipped: fleets: ${lack}`);

describe.skipIf(lack !== null).concurrent('a fleet', () => {
  const members = Members.here();
  let redis: Redis;
  beforeAll(() => {
    redis = new Redis(members.server.url);
  });
  afterAll(() => redis.disconnect());

  const brief = ['--tracker', 'flag-queue', '--memory', '64M', '--epochs', '20', '--rounds', '2'];
  const fleet = (name: string, ...words: string[]) => [...words, '--redis', members.server.url, '--fleet', name];
  const worker = (name: string, ...words: string[]) =>
    members.ready('--redis', members.server.url, '--shared-host', '--name', name, ...words);

  it('measures all on each host or shares the rounds, verified as always, and leaves nothing of the run in Redis', async () => {
    const [one, two] = await Promise.all(
      ['one', 'two'].map((name) => worker(name, '--fleet', 'real', '--label', `is=${name}`)),
    );
    const each = ['--hosts', 'each', '--at-least', '2', '--out', 'each.jsonl', ...brief];
    expect(await run(fleet('real', 'fleet', 'measure', ...each), members.folder)).toMatchObject({ code: 0 });
    const split = ['--hosts', 'split', '--out', 'split.jsonl', ...brief];
    expect(await run(fleet('real', 'fleet', 'measure', ...split), members.folder)).toMatchObject({ code: 0 });

    const all = readResults(join(members.folder, 'each.jsonl'));
    expect(all?.hosts.map(({ name, labels }) => [name, labels])).toEqual(
      ['one', 'two'].map((name) => [name, [{ name: 'is', value: name }]]),
    );
    // The queue, its twin and the floor, twice each, on both hosts; the same writes wherever they were made.
    expect(all?.rounds.length).toBe(12);
    expect(new Set(all?.rounds.map(({ round, writesHash }) => `${round} ${writesHash}`)).size).toBe(2);
    const compared = await run(['compare', 'each.jsonl', '--host', 'two'], members.folder);
    expect(compared).toMatchObject({ code: 0, stdout: expect.stringMatching(/^one beside two: of 2 pairs/) });
    expect(readResults(join(members.folder, 'split.jsonl'))?.rounds.length).toBe(6);
    const keys = await redis.keys('*real*');
    expect(keys.filter((key) => !/:(hosts|host:(one|two)|alive:(one|two))$/.test(key))).toEqual([]);

    one?.process.kill('SIGINT');
    two?.process.kill('SIGINT');
    expect((await Promise.all([one?.ended, two?.ended])).map((ended) => ended?.code)).toEqual([0, 0]);
    expect(await redis.keys('*real*')).toEqual([]);
  });

  it('has each round once in its file though workers, coordinator and Redis are killed', {
    timeout: 120_000,
  }, async () => {
    const kills = ['--workers', '3', '--rounds', '120', '--fleet-kills', '3'];
    const { code, stdout, stderr } = await run(['soak', '--part', 'fleet', ...kills], members.folder);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^fleet: 120 simulated rounds .* 1 kills of workers, 1 of the coordinator, 1 of Redis: every round once/,
    );
  });

  it('is cancelled, and its file can be gone on with', async () => {
    const slow = await worker('slow', '--fleet', 'cancelled', '--simulated-round', '300ms');
    const sweep = ['--hosts', 'split', '--tracker', 'flag-queue', '--memory', '64M', '--rounds', '20'];
    const measure = fleet('cancelled', 'fleet', 'measure', ...sweep, '--out', 'cancelled.jsonl');
    const coordinator = start(measure, members.folder);
    const path = join(members.folder, 'cancelled.jsonl');
    const lines = () => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').length : 0);
    await expect.poll(lines).toBeGreaterThan(3);
    expect(
      await run(fleet('cancelled', 'fleet', 'measure', ...sweep, '--out', 'other.jsonl'), members.folder),
    ).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/measures 'flags' \(\d+ of 60 rounds; .* end it with dirtybench fleet cancel/),
    });
    expect(await run(fleet('cancelled', 'fleet', 'cancel'), members.folder)).toMatchObject({ code: 0 });
    expect(await coordinator.ended).toMatchObject({
      code: 130,
      stderr: expect.stringContaining('the same command goes on from there'),
    });
    slow.process.kill('SIGKILL');
    await slow.ended;
    await worker('fast', '--fleet', 'cancelled', '--simulated-round', '1ms');
    expect(await run(measure, members.folder)).toMatchObject({ code: 0 });
    const results = readResults(path);
    expect(results?.rounds.length).toBe(60);
    expect(results?.hosts.map(({ name }) => name)).toEqual(['slow', 'fast']);
  });

  it('says which trackers may find more than was written, as a run of one machine does', async (context) => {
    if (availability(trackers.mincore, '4k').works === false) context.skip('mincore does not work here');
    await worker('cold', '--fleet', 'approximate', '--simulated-round', '1ms');
    const sweep = ['--hosts', 'each', '--tracker', 'mincore', '--memory', '64M', '--rounds', '2'];
    const measure = fleet('approximate', 'fleet', 'measure', ...sweep, '--out', 'approximate.jsonl');
    expect(await run(measure, members.folder)).toMatchObject({ code: 0 });
    const { header } = readResults(join(members.folder, 'approximate.jsonl')) ?? expect.unreachable('no header');
    expect(header.approximate).toEqual([{ tracker: 'mincore', exactness: 'cumulative' }]);
  });

  it('says in a line that somebody else wrote in the place of its run', async () => {
    await redis.set('{dirtybench:junk}:run', 'junk');
    for (const command of ['status', 'cancel']) {
      expect(await run(fleet('junk', 'fleet', command), members.folder)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/^dirtybench: .*a run that is no JSON/),
      });
    }
  });
});
