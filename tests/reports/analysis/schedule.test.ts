import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measuredPoints } from '../../../reports/analysis/measured.js';
import { deriveTable1, paperRows } from '../../../reports/analysis/paper.js';
import { loadAt, schedulesOf } from '../../../reports/analysis/schedule.js';
import type { Point } from '../../../results/schema.js';
import { pointOf, resultsOf } from '../fixture.js';

describe('I/Os due at a fixed rate', () => {
  test('that cost 2 ms at 100 a second leave the guest 80 % and are 2 ms late', () => {
    const load = loadAt(100, new Float64Array(1000).fill(2e6), 2e6);
    expect(load.guestShare).toBeCloseTo(0.8, 6);
    expect(load.expectedShare).toBeCloseTo(0.8, 6);
    expect(load.lateness).toEqual({ p50Ns: 2e6, p99Ns: 2e6 });
  });

  test('count what they wait behind a slow one: no coordinated omission', () => {
    // Due every 10 ms; the first takes 45 ms, the others 5 ms. Done at 45, 50, 55, ...: late by 45, 40, 35, ... 10, 5, 5.
    const costs = new Float64Array(100).fill(5e6);
    costs[0] = 45e6;
    const { lateness } = loadAt(100, costs, 5.4e6);
    // Nine of a hundred are late by more than 5 ms, the second-latest by 40.
    expect(lateness).toEqual({ p50Ns: 5e6, p99Ns: 40e6 });
  });

  test('that come faster than they can be synchronised leave nothing, and have no lateness to speak of', () => {
    const load = loadAt(1000, new Float64Array(1000).fill(2e6), 2e6);
    expect(load).toEqual({ frequencyHz: 1000, guestShare: expect.closeTo(0, 9), expectedShare: 0, lateness: null });
  });

  test('leave the guest what theory says, for any costs', () => {
    const costs = fc.array(fc.integer({ min: 1000, max: 1_000_000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(costs, fc.double({ min: 0.01, max: 3, noNaN: true }), (given, utilisation) => {
        const all = Float64Array.from({ length: 4000 }, (_, i) => given[i % given.length] ?? 0);
        const mean = all.reduce((sum, cost) => sum + cost, 0) / all.length;
        const { guestShare, expectedShare } = loadAt((utilisation * 1e9) / mean, all, mean);
        expect(Math.abs(guestShare - expectedShare)).toBeLessThan(0.01);
      }),
    );
  });

  test('are never less late at a higher rate', () => {
    const costs = Float64Array.from({ length: 2000 }, (_, i) => 1000 + ((i * 7919) % 1000) ** 2);
    const mean = costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
    const p99 = [100, 500, 1000, 2000].map((hertz) => loadAt(hertz, costs, mean).lateness?.p99Ns ?? Infinity);
    expect(p99).toEqual(p99.toSorted((a, b) => a - b));
  });
});

describe('the schedule of a sweep', () => {
  const schedules = (points: readonly Point[], collectNs: number | readonly number[]) =>
    schedulesOf(measuredPoints(resultsOf(points, () => ({ collectNs }))));

  test('has each scheme without a fixed cost and with the paper’s, and says when the guest stands still', () => {
    const [none, paper] = schedules([pointOf({ tracker: 'null' }), pointOf({ tracker: 'flag-scan' })], 1000);
    expect(none).toMatchObject({ index: 1, scheme: 'flag-scan', fixed: 'none', fixedNs: 0, asked: null });
    expect(none?.standstillHz).toBeCloseTo(1e6, 3);
    expect(paper).toMatchObject({ fixed: 'paper', fixedNs: deriveTable1(paperRows).fixedNs });
    expect(paper?.standstillHz).toBeCloseTo(1e9 / (deriveTable1(paperRows).fixedNs + 1000), 6);
    expect(none?.grid.at(0)?.frequencyHz).toBe(10);
    expect(none?.grid.at(-1)).toMatchObject({ frequencyHz: 1e6, lateness: null });
  });

  test('draws from all epochs: simulation and theory agree', () => {
    const [none] = schedules([pointOf({ tracker: 'flag-scan', epochs: 1000 })], [100, 100, 100, 2000]);
    for (const { guestShare, expectedShare } of none?.grid ?? []) {
      expect(Math.abs(guestShare - expectedShare)).toBeLessThan(0.03);
    }
    expect(none?.grid[0]?.lateness).toEqual({ p50Ns: 100, p99Ns: 2000 });
  });

  test('takes the point nearest to 64 pages through the grid, and others at the frequency the sweep gave', () => {
    const points = [
      pointOf({ tracker: 'a', pagesPerEpoch: 1 }),
      pointOf({ tracker: 'a', pagesPerEpoch: 100 }),
      pointOf({ tracker: 'a', pagesPerEpoch: 64, ioFrequency: 1000, dirtyRate: 64000 }),
    ];
    const found = schedules(points, 100_000).filter(({ fixed }) => fixed === 'none');
    expect(found.map(({ index, grid }) => [index, grid.length > 0])).toEqual([
      [1, true],
      [2, false],
    ]);
    expect(found[1]?.asked).toMatchObject({ frequencyHz: 1000, expectedShare: expect.closeTo(0.9, 3) });
  });

  test('is the same each time', () => {
    const points = [pointOf({ tracker: 'a' })];
    expect(schedules(points, [1, 2, 3])).toEqual(schedules(points, [1, 2, 3]));
  });
});
