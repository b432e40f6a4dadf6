import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { modulesAt, withHashes, withPaths } from '../../fleet/module.js';
import { readResults } from '../../results/file.js';
import { point } from '../results/fixture.js';
import { run } from '../scripts/command.js';
import { ownTracker } from '../trackers/own-source.js';
import { lack, Members } from './members.js';

const tracker = ownTracker();
const workload = `
  export default {
    create: (pages, pagesPerEpoch) => ({
      mostWrites: pagesPerEpoch,
      next: (into) => { for (let i = 0; i < pagesPerEpoch; i++) into[i] = i; return pagesPerEpoch; },
    }),
  };`;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe.skipIf(lack !== null)('a module of the user’s own in a fleet', () => {
  const members = Members.here();
  const fleet = () => ['--redis', members.server.url, '--fleet', 'modules'];
  const sweep = ['--memory', '4M', '--pages', '16', '--epochs', '20', '--rounds', '2'];
  const measure = (out: string, ...words: string[]) =>
    run(['fleet', 'measure', ...fleet(), ...sweep, ...words, '--out', out], members.folder);
  const rounds = (out: string) => {
    const { header, rounds: all, hosts } = readResults(join(members.folder, out)) ?? expect.unreachable();
    return { header, hosts, by: all.map(({ point: index, host }) => `${header.points[index]?.tracker} on ${host}`) };
  };
  beforeAll(() => {
    // What a worker has lies under another name than that which it is asked by.
    writeFileSync(join(members.folder, 'mine.js'), tracker);
    writeFileSync(join(members.folder, 'copied.js'), tracker);
    writeFileSync(join(members.folder, 'load.js'), workload);
  });

  it('is measured by hosts that hold the same file, is left to them by others, and is refused where none does', async () => {
    const without = await members.ready(...fleet(), '--shared-host', '--name', 'without');
    const nowhere = await measure('nowhere.jsonl', '--hosts', 'split', '--tracker', './mine.js');
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toBe(
      `dirtybench: tracker './mine.js' (SHA-256 ${sha256(tracker).slice(0, 12)}) is on none of the fleet's hosts that were chosen (1): code is not ` +
        'sent, so copy the file there, and start workers with --module FILE\n',
    );

    await members.ready(...fleet(), '--shared-host', '--name', 'with', '--module', 'copied.js,load.js');
    const own = ['--tracker', './mine.js,flag-queue', '--workload', './load.js'];
    const split = await measure('split.jsonl', '--hosts', 'split', ...own);
    expect(split.code, split.stderr).toBe(0);
    expect(new Set(rounds('split.jsonl').by)).toEqual(
      new Set(['./mine.js', 'flag-queue', 'null'].map((of) => `${of} on with`)),
    );
    expect(rounds('split.jsonl').header.modules?.map(({ sha256: hash }) => hash)).toEqual([
      sha256(tracker),
      sha256(workload),
    ]);

    const each = await measure('each.jsonl', '--hosts', 'each', '--at-least', '2', '--tracker', './mine.js,flag-queue');
    expect(each.code, each.stderr).toBe(0);
    const { by, hosts } = rounds('each.jsonl');
    const begun = by.length;
    expect(by).toContain('flag-queue on without');
    expect(by).toContain('./mine.js on with');
    expect(by).not.toContain('./mine.js on without');
    expect(hosts.find(({ name }) => name === 'without')?.unavailable).toContainEqual(
      expect.objectContaining({ tracker: './mine.js', why: expect.stringContaining(sha256(tracker).slice(0, 12)) }),
    );

    without.process.kill('SIGINT');
    expect((await without.ended).stderr).toMatch(
      /run of 'flags' is not joined: its module with SHA-256 \w{12} is not here, and its rounds are left to others: copy the module there/,
    );

    // It comes back with the module: the same command has it measure what it could not.
    await members.ready(...fleet(), '--shared-host', '--name', 'without', '--module', 'copied.js');
    const again = await measure(
      'each.jsonl',
      '--hosts',
      'each',
      '--at-least',
      '2',
      '--tracker',
      './mine.js,flag-queue',
    );
    expect(again.code, again.stderr).toBe(0);
    const after = rounds('each.jsonl');
    expect(after.by.slice(begun)).toEqual(['./mine.js on without', './mine.js on without']);
    expect(after.hosts.map(({ name }) => name).sort()).toEqual(['with', 'without']);
    expect(after.hosts.find(({ name }) => name === 'without')?.unavailable).not.toContainEqual(
      expect.objectContaining({ tracker: './mine.js' }),
    );
  }, 180_000);

  it('goes by its hash alone: a job holds no path, and a file that has changed is not measured', async () => {
    const path = join(members.folder, 'changing.js');
    writeFileSync(path, tracker);
    const modules = await modulesAt([path]);
    const of = { ...point, tracker: './anywhere.js' };
    const told = withHashes(of, [{ axis: 'tracker', path: './anywhere.js', sha256: sha256(tracker) }]);
    expect(JSON.stringify(told)).not.toContain('anywhere');
    expect(withPaths(told, modules).tracker).toBe(path);
    expect(() => withPaths(told, new Map())).toThrow(/is not here: copy the module there/);
    expect(() => withPaths({ ...of, tracker: path }, modules)).toThrow('is a path of another machine');
    writeFileSync(path, `${tracker} // changed`);
    expect(() => withPaths(told, modules)).toThrow('has changed since its worker was started');
  });

  it('that is no module ends its worker with one line', async () => {
    for (const [file, line] of [
      ['missing.js', /^dirtybench: module '\.\/missing\.js': cannot be read: [^\n]*\n$/],
      ['empty.js', /^dirtybench: workload '\.\/empty\.js': 'create': it should be a function [^\n]*\n$/],
    ] as const) {
      writeFileSync(join(members.folder, 'empty.js'), 'export default {};');
      const ended = await members.start(...fleet(), '--module', file).ended;
      expect(ended).toMatchObject({ code: 2, stderr: expect.stringMatching(line) });
    }
  });
});
