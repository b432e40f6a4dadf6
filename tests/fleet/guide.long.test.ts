import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readResults } from '../../results/file.js';
import { run } from '../scripts/command.js';
import { lack, Members } from './members.js';

const guide = readFileSync(new URL('../../../docs/fleet.md', import.meta.url), 'utf8');
/** The commands of the guide, each in a line, in the order it has there. */
const printed = [...guide.matchAll(/```sh\n(.*?)```/gs)]
  .flatMap(([, script = '']) => script.replaceAll(/\\\n\s*/g, '').split('\n'))
  .map((line) => line.replace(/\s+#.*/, ''))
  .filter((line) => line !== '');
const hosts = ['one', 'two', 'three'];

describe.skipIf(lack !== null)('docs/fleet.md', () => {
  const members = Members.here(() => {
    const [, ...words] = printed.find((line) => line.startsWith('redis-server'))?.split(' ') ?? [];
    return words;
  });
  /** The words after `npx dirtybench`, with this machine in place of the guide's, and a sweep that takes a moment. */
  const wordsOf = (line: string) =>
    line
      .replace('npx dirtybench ', '')
      .replace('redis.example:6379', `127.0.0.1:${members.server.port}`)
      .replace('--profile quick', '--tracker flag-queue --memory 4M --epochs 20 --rounds 1')
      .replace('NAME', 'two')
      .split(/\s+/);

  it('has commands that go from nothing to a comparison of three hosts, as they stand', {
    timeout: 120_000,
  }, async () => {
    const [secret = '', ...others] = printed.filter((line) => !line.startsWith('redis-server'));
    execFileSync('/bin/sh', ['-c', secret], { cwd: members.folder });
    for (const line of others) {
      const words = wordsOf(line);
      if (words[0] === 'worker') {
        const [, ...options] = words;
        // Three on one machine: they take turns, and each has a name of its own.
        await Promise.all(hosts.map((name) => members.ready(...options, '--shared-host', '--name', name)));
        continue;
      }
      const { code, stderr } = await run(words, members.folder);
      expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' });
    }
    const results = readResults(join(members.folder, 'fleet.jsonl'));
    expect(results?.hosts.map(({ name }) => name).sort()).toEqual([...hosts].sort());
    // The queue, its twin and the floor on each.
    expect(results?.rounds.length).toBe(3 * hosts.length);
    expect(existsSync(join(members.folder, 'fleet-report/report.md'))).toBe(true);
    expect(readFileSync(join(members.folder, 'fleet.csv'), 'utf8')).toContain(',three,');
  });
});
