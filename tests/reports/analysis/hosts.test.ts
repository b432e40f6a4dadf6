import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../reports/analysis/analysis.js';
import { compare } from '../../../reports/analysis/compare/comparison.js';
import { spreadOf } from '../../../reports/analysis/hosts.js';
import { pointRows } from '../../../reports/export/point-row.js';
import { hostsSection } from '../../../reports/markdown/hosts.js';
import { ofHost, withFirst } from '../../../results/hosts.js';
import { fleetSample } from '../fleet.js';
import { sampleAnalysis } from '../sample.js';
import { wholeReport } from '../whole-report.js';

describe('the spread of rounds within and between hosts', () => {
  it('is none where all are equal, and all between where only hosts differ', () => {
    expect(
      spreadOf([
        [5, 5],
        [5, 5],
      ]),
    ).toEqual({ within: 0, between: 0 });
    const { within, between } = spreadOf([
      [10, 10, 10],
      [20, 20, 20],
    ]);
    expect(within).toBe(0);
    expect(between).toBeCloseTo(Math.log(2) / Math.sqrt(2), 12);
  });

  it('does not take less than a nanosecond for a large difference', () => {
    expect(
      spreadOf([
        [0, 1],
        [0.5, 1],
      ]),
    ).toEqual({ within: 0, between: 0 });
  });

  it('does not see hosts that differ by less than their rounds', () => {
    expect(
      spreadOf([
        [90, 110],
        [91, 111],
      ]).between,
    ).toBe(0);
  });

  it('is not known of one host, or of one round a host', () => {
    expect(spreadOf([[1, 2]])).toEqual({ within: expect.any(Number), between: null });
    expect(spreadOf([[1], [2]])).toEqual({ within: null, between: null });
  });

  it('has parts that do not depend on the unit, nor on the order of hosts and rounds', () => {
    const sample = fc.array(fc.double({ min: 10, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(
        fc.array(sample, { minLength: 2, maxLength: 5 }),
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        (samples, unit) => {
          const spread = spreadOf(samples);
          const other = spreadOf(
            samples.toReversed().map((values) => values.toReversed().map((value) => value * unit)),
          );
          expect(other.within).toBeCloseTo(spread.within ?? -1, 6);
          expect(other.between).toBeCloseTo(spread.between ?? -1, 4);
        },
      ),
    );
  });
});

describe('a fleet of which every host measured all', () => {
  const results = fleetSample('each');
  const analysis = analyse(results);

  it('has each point of each host beside the others, and all else of the first host', () => {
    const { hosts, ...rest } = analysis;
    expect(hosts?.shown).toBe('fast');
    expect(hosts?.hosts.map(({ name }) => name)).toEqual(['fast', 'slow']);
    for (const { byHost, spread } of hosts?.points ?? []) {
      const [fast, slow] = byHost.map(({ medianNs }) => medianNs);
      expect((slow ?? 0) / (fast ?? 1)).toBeCloseTo(2, 1);
      expect(spread.between).toBeGreaterThan(spread.within ?? Number.POSITIVE_INFINITY);
    }
    const { hosts: _own, ...alone } = analyse(ofHost(results, 'fast'));
    expect(rest).toEqual(alone);
    expect(analyse(withFirst(results, 'slow')).run.environment.cpu).toBe('a slow CPU');
  });

  it('says of each host whether a collect is within its own floor, and prints no figure then', () => {
    const { points } = results.header;
    const collectOf = (tracker: string, memoryBytes: number, round: number) =>
      results.rounds.find(
        (each) =>
          each.host === 'slow' &&
          each.round === round &&
          points[each.point]?.tracker === tracker &&
          points[each.point]?.memoryBytes === memoryBytes,
      )?.collect;
    const rounds = results.rounds.map((round) => {
      const point = points[round.point];
      if (round.host !== 'slow' || point?.tracker !== 'flag-queue') return round;
      return { ...round, collect: collectOf('null', point.memoryBytes, round.round) ?? round.collect };
    });
    const floored = analyse({ ...results, rounds });
    const within = (tracker: string) =>
      floored.hosts?.points
        .filter((point) => point.tracker === tracker)
        .map(({ byHost }) => byHost.map((each) => each.withinFloor));
    expect(within('flag-queue')).toEqual([
      [false, true],
      [false, true],
    ]);
    expect(within('flag-scan')).toEqual([
      [false, false],
      [false, false],
    ]);
    expect(within('null')).toEqual([
      [true, true],
      [true, true],
    ]);
    const text = hostsSection.write({ analysis: floored, pictures: [] });
    expect(text).toMatch(/^\| `flag-queue` .* 2[67]\d ns \(.*\) \| +within the floor \| +at least [23]\.\dx \|/m);
    expect(text).toMatch(/^\| `null` .* [\d.]+ ns .* [\d.]+ ns .*\| +[12]\.\dx \|/m);
  });

  it('is compared host by host with the same verdicts as two files', () => {
    const [fast, slow] = ['fast', 'slow'].map((path) => ({
      path,
      file: { kind: 'results' as const, of: ofHost(results, path) },
    }));
    if (fast === undefined || slow === undefined) throw new Error('there are two');
    const [side] = compare(fast, [slow], { threshold: 0.05, metrics: ['collect'] }).files;
    expect(side?.pairs.length).toBe(analysis.hosts?.points.length);
    for (const pair of side?.pairs ?? []) expect(pair.ratio?.ratio).toBeCloseTo(2, 1);
  });

  it('is exported with the host of each row', () => {
    const rows = pointRows({ kind: 'results', of: results });
    expect(new Set(rows.map(({ axes }) => axes.host))).toEqual(new Set(['fast', 'slow']));
  });

  it('has a section in the report, that says which host the others are of', () => {
    const text = wholeReport({ analysis, pictures: [] });
    expect(text).toMatch(/^## Hosts\n\nEvery host measured the whole sweep\..* every other one is of `fast`/m);
    expect(text).toMatch(/^\| `flag-scan` .*\| +2\.0x \|/m);
  });
});

describe('a fleet whose hosts shared the rounds', () => {
  it('has all rounds together, and says so', () => {
    const results = fleetSample('split');
    const analysis = analyse(results);
    expect(analysis.hosts?.shown).toBeNull();
    expect(analysis.points.map(({ rounds }) => rounds)).toEqual(analysis.points.map(({ roundsAsked }) => roundsAsked));
    expect(wholeReport({ analysis, pictures: [] })).toContain('2 hosts shared the rounds.');
  });
});

it('the report of one machine has no section of hosts, and its analysis no such part', () => {
  const analysis = sampleAnalysis({ memories: [2 ** 30], pages: [64], programs: [] });
  expect(analysis).not.toHaveProperty('hosts');
  expect(wholeReport({ analysis, pictures: [] })).not.toContain('## Hosts');
});
