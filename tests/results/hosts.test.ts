import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readResults } from '../../results/file.js';
import { FleetFile } from '../../results/fleet.js';
import { ofHost, withFirst } from '../../results/hosts.js';
import type { Results, Sharing } from '../../results/schema.js';
import { headerOf, hostOf, point, roundOf } from './fixture.js';

describe('the results file of a fleet', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
    path = join(folder, 'f.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const points = [point, { ...point, tracker: 'kvm-ring', guest: 'kvm' }];
  const headerFor = (hosts: Sharing) => headerOf(points, { fleet: { run: 'a run', hosts } });
  const open = (hosts: Sharing) => FleetFile.open(path, async (held) => held?.header ?? headerFor(hosts));

  it.each(['each', 'split'] as const)(
    'has every round once, in whatever order they come and it is opened (%s)',
    async (hosts) => {
      const rounds = fc.record({
        round: fc.nat(3),
        twin: fc.boolean(),
        host: fc.constantFrom('a', 'b'),
        reopen: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(rounds, { maxLength: 25 }), async (came) => {
          rmSync(path, { force: true });
          const model = new Set<string>();
          let file = await open(hosts);
          for (const { round, twin, host, reopen } of came) {
            if (!file.hasHost(host)) file.appendHost(hostOf(host));
            const key = `${round} ${twin} ${hosts === 'each' ? host : ''}`;
            expect(file.append(roundOf({ round, twin, host }))).toBe(!model.has(key));
            model.add(key);
            if (!reopen) continue;
            file.close();
            file = await open(hosts);
          }
          expect(file.rounds).toBe(model.size);
          file.close();
          expect(readResults(path)?.rounds.length).toBe(model.size);
        }),
        { numRuns: 15 },
      );
    },
  );

  it('that names a round twice, or a host that no line describes, is refused with the line', async () => {
    const file = await open('split');
    file.appendHost(hostOf('a'));
    file.append(roundOf({ host: 'a' }));
    file.close();
    const whole = readFileSync(path, 'utf8');
    appendFileSync(path, `${JSON.stringify(roundOf({ host: 'a' }))}\n`);
    expect(() => readResults(path)).toThrow('lines 3 and 4: both are round 0 of point 0');
    writeFileSync(path, `${whole}${JSON.stringify(roundOf({ host: 'b', round: 1 }))}\n`);
    expect(() => readResults(path)).toThrow("line 4: no line before it describes host 'b'");
  });

  it('that says a host anew has it as it was said last, in its place', async () => {
    const file = await open('each');
    const lacks = { tracker: './mine.js', why: 'no such module', remedy: 'copy it' };
    file.appendHost(hostOf('a', { unavailable: [lacks] }));
    file.appendHost(hostOf('b'));
    file.appendHost(hostOf('a'));
    file.close();
    expect(readResults(path)?.hosts).toEqual([hostOf('a'), hostOf('b')]);
  });

  it('is not gone on with where one machine measured', async () => {
    writeFileSync(path, `${JSON.stringify(headerOf(points))}\n`);
    await expect(open('each')).rejects.toThrow('holds the run of one machine');
  });

  it('has a part of each host that is as if that had measured alone, without an A/A pair that it could not measure', async () => {
    const file = await FleetFile.open(path, async () => ({ ...headerFor('each'), twin: 1 }));
    const lacks = { tracker: 'kvm-ring', why: 'no KVM', remedy: 'load it' };
    file.appendHost(hostOf('a', { unavailable: [lacks], footprintBytes: 4096 }));
    file.appendHost(hostOf('b'));
    file.append(roundOf({ host: 'a', round: 1 }));
    file.append(roundOf({ host: 'b', point: 1, round: 2 }));
    file.close();
    const results = readResults(path);
    if (results === null) throw new Error('nothing was written');
    const [a, b] = ['a', 'b'].map((name) => ofHost(results, name));
    expect(a?.header).toMatchObject({ points: [point], footprintBytes: 4096, unavailable: [lacks] });
    expect(a?.header).not.toHaveProperty('fleet');
    expect(a?.rounds.map(({ round }) => round)).toEqual([1]);
    expect(b?.header.points).toEqual(points);
    expect(b?.rounds.map(({ point: index, round }) => [index, round])).toEqual([[1, 2]]);
    expect(withFirst(results, 'b').hosts.map(({ name }) => name)).toEqual(['b', 'a']);
    expect([a, b].map((part) => part?.header.twin)).toEqual([null, 1]);
    expect(() => ofHost(results, 'c')).toThrow("no host 'c' in these results: there are a, b");
  });

  it('has of a host only the points that it is given, and no twin where it is not given that', () => {
    const given = [
      { ...point, tracker: 'kvm-ring', guest: 'kvm' },
      point,
      { ...point, memoryBytes: 2 ** 40 },
      { ...point, workload: './mine.js' },
    ];
    const unavailable = ['kvm-ring', './mine.js'].map((tracker) => ({ tracker, why: 'not here', remedy: 'none' }));
    const results: Results = {
      header: headerOf(given, { fleet: { run: 'a run', hosts: 'each' } }),
      ...{ rounds: [], isolation: [], wrongSets: [], warnings: [] },
      hosts: [hostOf('a', { unavailable, withoutRoom: [2] })],
    };
    expect(ofHost(results, 'a').header).toMatchObject({ points: [point], twin: null, unavailable });
    expect(ofHost(results, 'a').header.skipped).toEqual([
      { what: 'flag-queue on simulated, uniform, 1T, 64 pages per epoch', why: expect.stringContaining('memory') },
    ]);
    const measured = { ...results, rounds: [roundOf({ host: 'a', point: 2 })] };
    expect(ofHost(measured, 'a').header.points).toEqual([point, given[2]]);
  });
});
