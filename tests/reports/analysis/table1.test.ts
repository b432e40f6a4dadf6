import { describe, expect, test } from 'vitest';
import { pageBytes } from '../../../base/size.js';
import { analyse } from '../../../reports/analysis/analysis.js';
import { paperRows } from '../../../reports/analysis/paper.js';
import type { Point } from '../../../results/schema.js';
import { pointOf, resultsOf } from '../fixture.js';

const MiB = 2 ** 20;
const memories = [512, 1024, 4096].map((mebibytes) => mebibytes * MiB);

describe('Table 1 with what was measured', () => {
  const pagesOf = ({ memoryBytes }: Point) => memoryBytes / pageBytes;
  const points = memories.flatMap((memoryBytes) =>
    (['warm', 'l2-cold'] as const).flatMap((cache) => [
      pointOf({ tracker: 'null', memoryBytes, cache }),
      pointOf({ tracker: 'flag-scan', memoryBytes, cache }),
      pointOf({ tracker: 'flag-queue', memoryBytes, cache }),
    ]),
  );
  const costs = (point: Point) =>
    point.tracker === 'flag-scan' ? pagesOf(point) * 0.5 : point.tracker === 'null' ? 10 : 200;
  const { table1 } = analyse(resultsOf(points, (point) => ({ collectNs: costs(point) })));
  const [measured] = table1.measured;

  test('takes cold points of every tracker at the three sizes', () => {
    expect(measured).toMatchObject({ guest: 'simulated', cache: 'l2-cold', workload: 'uniform', pagesPerEpoch: 64 });
    expect(measured?.rows.map(({ scheme, memoryBytes }) => `${scheme} ${memoryBytes / MiB}`)).toEqual([
      'flag-scan 512',
      'flag-queue 512',
      'flag-scan 1024',
      'flag-queue 1024',
      'flag-scan 4096',
      'flag-queue 4096',
    ]);
  });

  test('scales this machine so that flag-scan costs what the paper’s scan does', () => {
    const scale = measured?.scale;
    if (scale?.kind !== 'fitted') throw new Error(scale?.why);
    expect(scale.flagScanPerPageNs).toBeCloseTo(0.5, 6);
    expect(scale.factor).toBeCloseTo(table1.derived.perPageNs / 0.5, 4);
    const scans = measured?.rows.filter(({ scheme }) => scheme === 'flag-scan') ?? [];
    scans.forEach(({ scaledTps }, i) => {
      const row = paperRows[i];
      if (row === undefined) throw new Error('no row');
      // On the paper's line, and so near the TPS that the paper printed.
      const costNs = table1.derived.fixedNs + (table1.derived.perPageNs * row.memoryBytes) / pageBytes;
      expect(scaledTps?.value).toBeCloseTo(1e9 / (1e9 / row.asyncTps + costNs), 6);
      expect(Math.abs((scaledTps?.value ?? 0) / row.syncTps - 1)).toBeLessThan(0.04);
    });
  });

  test('projects the queue to just under the ceiling at every size', () => {
    const queue = measured?.rows.filter(({ scheme }) => scheme === 'flag-queue') ?? [];
    queue.forEach(({ tps }, i) => {
      const ceiling = table1.derived.rows[i]?.ceilingTps ?? 0;
      expect(tps.value).toBeLessThan(ceiling);
      expect(tps.value).toBeGreaterThan(ceiling * 0.999);
      expect(tps.low).toBeLessThanOrEqual(tps.value);
    });
  });

  test('computes TPS by hand the same: 1/(1/7075.42 + fixed + collect)', () => {
    const row = measured?.rows[0];
    const seconds = 1 / 7075.42 + table1.derived.fixedNs / 1e9 + 65536e-9;
    expect(row?.tps.value).toBeCloseTo(1 / seconds, 1);
  });

  test('has warm points where the sweep has no cold ones', () => {
    const warm = analyse(resultsOf([pointOf({ tracker: 'flag-scan', cache: 'warm' })], () => ({ collectNs: 100 })));
    expect(warm.table1.measured[0]?.cache).toBe('warm');
    expect(warm.table1.measured[0]?.scale.kind).toBe('absent');
    expect(warm.table1.measured[0]?.rows[0]?.scaledTps).toBeNull();
  });

  test('says why nothing measured is beside the paper', () => {
    const { table1: none } = analyse(
      resultsOf([pointOf({ tracker: 'flag-scan', memoryBytes: MiB })], () => ({ collectNs: 9 })),
    );
    expect(none.measured).toEqual([]);
    expect(none.absent).toContain('64 pages per epoch');
  });

  test('says so where what was measured there is no scheme', () => {
    const { table1: none } = analyse(resultsOf([pointOf({ tracker: 'library-set' })], () => ({ collectNs: 900 })));
    expect(none.absent).toContain('no scheme was measured with uniform writes of 64 pages per epoch');
  });

  test('scales a guest that is alone by the scan of one that is, not of one among others', () => {
    const guests = memories.flatMap((memoryBytes) => [
      pointOf({ tracker: 'flag-scan', memoryBytes, guests: 4 }),
      pointOf({ tracker: 'flag-scan', memoryBytes }),
    ]);
    const slowed = (point: Point) => pagesOf(point) * 0.5 * (point.guests ?? 1);
    const [alone] = analyse(resultsOf(guests, (point) => ({ collectNs: slowed(point) }))).table1.measured;
    expect(alone).not.toHaveProperty('guests');
    expect(alone?.scale.kind === 'fitted' && alone.scale.flagScanPerPageNs).toBeCloseTo(0.5, 6);
  });

  test('has a group for each guest, and scales none by the scan of another', () => {
    const kvm = memories.map((memoryBytes) => pointOf({ tracker: 'ring', guest: 'kvm', memoryBytes }));
    const both = analyse(resultsOf([...points, ...kvm], (point) => ({ collectNs: costs(point) }))).table1.measured;
    expect(both.map(({ guest, scale }) => [guest, scale.kind])).toEqual([
      ['simulated', 'fitted'],
      ['kvm', 'absent'],
    ]);
    expect(both[1]?.rows.map(({ scaledTps }) => scaledTps)).toEqual([null, null, null]);
  });
});
