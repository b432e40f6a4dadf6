import { describe, expect, test } from 'vitest';
import { analyse } from '../../../reports/analysis/analysis.js';
import { analysisJson, costFields, documentFields, pointFields } from '../../../reports/analysis/document.js';
import { jitter, pointOf, resultsOf } from '../fixture.js';
import { fleetSample } from '../fleet.js';

const MiB = 2 ** 20;
const points = [512, 1024, 4096].flatMap((mebibytes) =>
  ['null', 'flag-scan', 'dirty-ring'].flatMap((tracker) => [
    pointOf({ tracker, memoryBytes: mebibytes * MiB, ringEntries: tracker === 'dirty-ring' ? 512 : null }),
    pointOf({ tracker, memoryBytes: mebibytes * MiB, workload: 'trace:redis-set', pagesPerEpoch: null }),
  ]),
);
const results = resultsOf(
  points,
  ({ tracker, memoryBytes }, round) => ({
    collectNs: (tracker === 'flag-scan' ? memoryBytes / 8192 : tracker === 'null' ? 20 : 200) * jitter(round, 0.03),
    forcedExits: tracker === 'dirty-ring' ? 3 : 0,
    runNs: 640,
  }),
  { header: { twin: 1 }, twin: (round) => ({ collectNs: 1e9 * (round + 1) }) },
);
const analysis = analyse(results);

describe('an analysis', () => {
  test('has each point once, without the rounds of the twin', () => {
    expect(analysis.points.map(({ index }) => index)).toEqual(points.map((_, index) => index));
    expect(analysis.points[1]?.rounds).toBe(5);
    expect(analysis.points[1]?.collect.p999Ns).toBeLessThan(1000);
    expect(analysis.run).toMatchObject({ rounds: 95, roundsAsked: 95, epochs: 9500, seconds: 95, seeds: [1] });
  });

  test('takes the median of the rounds’ medians', () => {
    const medians = results.rounds
      .filter(({ point, twin }) => point === 2 && !twin)
      .map(({ collect }) => collect.medianNs);
    expect(analysis.points[2]?.collect.medianNs).toBe(medians.toSorted((a, b) => a - b)[2]);
  });

  test('adds run and collect of each round, and forced exits of all', () => {
    const ring = analysis.points[4];
    expect(ring).toMatchObject({ scheme: 'dirty-ring 512', tracker: 'dirty-ring', forcedExits: 15 });
    expect(ring?.total.medianNs).toBeCloseTo(640 + (ring?.collect.medianNs ?? 0), 6);
  });

  test('says how many pages a recording writes, as measured', () => {
    expect(analysis.points[1]).toMatchObject({ workload: 'trace:redis-set', pagesPerEpoch: 10, dirtyPages: 10 });
  });

  test('has what detection costs each real program at each memory, cheapest first', () => {
    expect(analysis.programs.map(({ memoryBytes }) => memoryBytes / MiB)).toEqual([512, 1024, 4096]);
    expect(analysis.programs[0]).toMatchObject({ workload: 'trace:redis-set', pagesPerResponse: 10 });
    expect(analysis.programs[0]?.costs.map(({ scheme }) => scheme)).toEqual(['dirty-ring', 'flag-scan']);
  });

  test('leaves out a point that has no finished round, and goes on without it', () => {
    const unfinished = analyse({ ...results, rounds: results.rounds.filter(({ point }) => point !== 2) });
    expect(unfinished.points.map(({ index }) => index)).not.toContain(2);
    expect(unfinished.points).toHaveLength(points.length - 1);
    expect(unfinished.warnings.find(({ kind }) => kind === 'missing rounds')?.text).toContain(
      '1 point of 18 have none',
    );
  });

  test('of a run that finished nothing is empty, and says so', () => {
    const empty = analyse({ ...results, rounds: [] });
    expect(empty.points).toEqual([]);
    expect(empty.noise.kind).toBe('absent');
    expect(empty.table1.absent).not.toBeNull();
    expect(() => analysisJson(empty)).not.toThrow();
  });

  test('is the same each time', () => {
    expect(analysisJson(analyse(results))).toBe(analysisJson(analysis));
  });
});

describe('analysis.json', () => {
  const document = JSON.parse(analysisJson(analysis)) as { points: Record<string, object>[] };

  test('has the parts that are documented, and no other', () => {
    const { hosts: _ofFleets, unchecked: _ofSome, ...others } = documentFields;
    expect(Object.keys(document).sort()).toEqual(Object.keys(others).sort());
    const ofFleet = JSON.parse(analysisJson(analyse(fleetSample('each'))));
    expect(Object.keys(ofFleet).sort()).toEqual(Object.keys({ ...others, hosts: null }).sort());
    const unchecked = {
      ...results,
      rounds: results.rounds.map((round) => ({ ...round, beside: true })),
      isolation: [],
    };
    expect(Object.keys(JSON.parse(analysisJson(analyse(unchecked))))).toContain('unchecked');
  });

  test('has in each point the fields that are documented, and no other', () => {
    const [point] = document.points;
    const onlyOfSome = ['clearChunkBytes', 'backing', 'unitPages', 'duty', 'guests', 'oneProcess'];
    const documented = Object.keys(pointFields).filter((field) => !onlyOfSome.includes(field));
    expect(Object.keys(point ?? {}).sort()).toEqual(documented.sort());
    for (const part of ['run', 'collect']) {
      expect(Object.keys(point?.[part] ?? {}).sort()).toEqual(Object.keys(costFields).sort());
    }
  });

  test('keeps bytes exact and rounds fractions to six digits', () => {
    const large = analyse(
      resultsOf([pointOf({ tracker: 'null', memoryBytes: 2 ** 40 + 4096 })], () => ({ collectNs: 1000 / 3 })),
    );
    const text = analysisJson(large);
    expect(text).toContain(String(2 ** 40 + 4096));
    expect(text).toContain('"medianNs": 333.333,');
  });

  test('refuses a figure that JSON cannot write', () => {
    expect(() => analysisJson({ ...analysis, run: { ...analysis.run, load: Number.NaN } })).toThrow('load is NaN');
  });
});
