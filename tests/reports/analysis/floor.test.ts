import { describe, expect, test } from 'vitest';
import { analyse } from '../../../reports/analysis/analysis.js';
import type { Point } from '../../../results/schema.js';
import { jitter, pointOf, resultsOf } from '../fixture.js';

const GiB = 2 ** 30;

function analysed(points: readonly Point[], collectNs: (point: Point) => number) {
  return analyse(resultsOf(points, (point, round) => ({ collectNs: collectNs(point) * jitter(round, 0.02) })));
}

describe('the floor', () => {
  test('is the null tracker in the same place, and what overlaps it is within it', () => {
    const points = [
      pointOf({ tracker: 'null' }),
      pointOf({ tracker: 'flag-queue' }),
      pointOf({ tracker: 'flag-scan' }),
    ];
    const costs: Record<string, number> = { null: 100, 'flag-queue': 101, 'flag-scan': 1000 };
    const analysis = analysed(points, ({ tracker }) => costs[tracker] ?? 0);
    expect(analysis.points.map(({ withinFloor }) => withinFloor)).toEqual([true, true, false]);
    expect(analysis.points.map(({ floor }) => floor)).toMatchObject([0, 1, 2].map(() => ({ index: 0, exact: true })));
    expect(analysis.floor).toMatchObject([{ index: 0, scheme: 'null', guest: 'simulated', cache: 'l2-cold' }]);
  });

  test('is the nearest in pages with the same cache where the very same was not measured', () => {
    const points = [
      pointOf({ tracker: 'null', cache: 'warm', pagesPerEpoch: 256 }),
      pointOf({ tracker: 'null', cache: 'l2-cold', pagesPerEpoch: 16 }),
      pointOf({ tracker: 'null', cache: 'l2-cold', pagesPerEpoch: 512 }),
      pointOf({ tracker: 'flag-scan', cache: 'l2-cold', pagesPerEpoch: 256, memoryBytes: GiB }),
    ];
    expect(analysed(points, () => 100).points[3]?.floor).toMatchObject({ index: 2, exact: false });
  });

  test('of one guest is not the floor of another', () => {
    const points = [pointOf({ tracker: 'null' }), pointOf({ tracker: 'ring', guest: 'other' })];
    const analysis = analysed(points, () => 100);
    expect(analysis.points[1]).toMatchObject({ floor: null, withinFloor: false });
    expect(analysis.warnings.filter(({ kind }) => kind === 'floor missing').map(({ text }) => text)).toEqual([
      expect.stringContaining("'other'"),
    ]);
  });

  test('of a real guest is its own null tracker, whatever comes before the name', () => {
    const points = [pointOf({ tracker: 'kvm-null', guest: 'kvm' }), pointOf({ tracker: 'kvm-ring', guest: 'kvm' })];
    const analysis = analysed(points, ({ tracker }) => (tracker === 'kvm-null' ? 500 : 2000));
    expect(analysis.points.map(({ withinFloor }) => withinFloor)).toEqual([true, false]);
    expect(analysis.floor.map(({ scheme }) => scheme)).toEqual(['kvm-null']);
    expect(analysis.models.map(({ scheme }) => scheme)).toEqual(['kvm-ring']);
  });
});
