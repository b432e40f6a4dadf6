import { describe, expect, test } from 'vitest';
import { isContender, roleOf } from '../../../reports/analysis/role.js';
import { sampleAnalysis, sampleWithLimits } from '../sample.js';

describe('the role of a tracker', () => {
  test.each([
    ['null', 'floor'],
    ['kvm-null', 'floor'],
    ['limit-read', 'limit'],
    ['library-set', 'library'],
    ['flag-queue', 'scheme'],
    ['kvm-ring', 'scheme'],
    ['nullable', 'scheme'],
  ])('of %s is %s', (tracker, role) => {
    expect(roleOf(tracker)).toBe(role);
  });
});

describe('an analysis', () => {
  const analysis = sampleAnalysis(sampleWithLimits);

  test('compares contenders only, wherever schemes are compared', () => {
    const compared = [
      ...analysis.winners.flatMap(({ scheme, ties, next }) => [scheme, ...ties, next?.scheme ?? scheme]),
      ...analysis.crossovers.flatMap(({ first, second }) => [first, second]),
      ...analysis.table1.measured.flatMap(({ rows }) => rows.map(({ scheme }) => scheme)),
      ...analysis.schedule.map(({ scheme }) => scheme),
      ...analysis.programs.flatMap(({ costs }) => costs.map(({ scheme }) => scheme)),
    ];
    expect(compared.length).toBeGreaterThan(100);
    expect([...new Set(compared)].filter((tracker) => !isContender({ tracker }))).toEqual([]);
  });

  test('keeps the points of all, and is otherwise what it would be without them', () => {
    expect(analysis.points.map(({ tracker }) => tracker)).toEqual(
      expect.arrayContaining(['limit-read', 'library-set']),
    );
    const without = sampleAnalysis({
      ...sampleWithLimits,
      trackers: ['null', 'flag-scan', 'flag-queue', 'bitmap-scan'],
    });
    const cheapest = ({ winners }: typeof analysis) => winners.map(({ scheme }) => scheme);
    expect(cheapest(analysis)).toEqual(cheapest(without));
  });
});
