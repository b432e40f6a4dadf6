import { describe, expect, test } from 'vitest';
import { pageBytes } from '../../../base/size.js';
import { measuredPoints } from '../../../reports/analysis/measured.js';
import { modelsOf } from '../../../reports/analysis/model.js';
import type { Point } from '../../../results/schema.js';
import { jitter, pointOf, resultsOf } from '../fixture.js';

const MiB = 2 ** 20;
const memories = [512, 1024, 4096, 16384].map((mebibytes) => mebibytes * MiB);

function modelOf(
  points: readonly Point[],
  collectNs: (pages: number, dirty: number, round: number) => number,
  noise = 0,
) {
  const results = resultsOf(points, (point, round) => ({
    collectNs: collectNs(point.memoryBytes / pageBytes, point.pagesPerEpoch ?? 10, round + points.indexOf(point)),
  }));
  const [model] = modelsOf(measuredPoints(results), noise);
  if (model === undefined) throw new Error('no model');
  return model;
}

const grid = memories.flatMap((memoryBytes) =>
  [16, 64, 1024].map((pagesPerEpoch) => pointOf({ tracker: 'any', memoryBytes, pagesPerEpoch })),
);
const memoryAlone = memories.map((memoryBytes) => pointOf({ tracker: 'any', memoryBytes }));

describe('the cost model', () => {
  test('finds what a page and a dirty page cost, with intervals around both', () => {
    const model = modelOf(grid, (pages, dirty, round) => (5000 + 0.5 * pages + 20 * dirty) * jitter(round, 0.01));
    for (const [term, made] of [
      [model.fixed, 5000],
      [model.perPage, 0.5],
      [model.perDirty, 20],
    ] as const) {
      if (term.kind === 'absent') throw new Error(term.why);
      expect(term.low).toBeLessThanOrEqual(made * 1.02);
      expect(term.high).toBeGreaterThanOrEqual(made * 0.98);
      expect(Math.abs(term.value / made - 1)).toBeLessThan(0.1);
    }
    expect(model.fit.kind === 'fitted' && model.fit.r2).toBeGreaterThan(0.99);
    expect(model.fit.kind === 'fitted' && model.fit.worstResidual).toBeLessThan(0.03);
    expect(model).toMatchObject({ points: 12, leastMemoryBytes: 512 * MiB, mostMemoryBytes: 16384 * MiB });
  });

  test('says that a scan grows with memory, and gives the numbers', () => {
    const model = modelOf(memoryAlone, (pages, dirty, round) => (100 + 0.35 * pages + dirty) * jitter(round, 0.05));
    expect(model.verdict).toBe('grows with memory');
    expect(model.because).toMatch(
      /^0\.3\d* ns per page \(.* to .*\); at 16G memory accounts for (9\d %|100 %) \(.*\) of the collect by the fit, for (9\d %|100 %) \(.*\) beside smaller memories/,
    );
    expect(model.perDirty).toEqual({ kind: 'absent', why: 'dirty pages per epoch held at 64' });
  });

  test('says that a queue does not, also where the caches make it a little dearer', () => {
    expect(modelOf(memoryAlone, (_, dirty, round) => 3 * dirty * jitter(round, 0.05)).verdict).toBe('does not');
    const growth = (pages: number) => 1 + (0.2 * pages) / (16384 * 256);
    expect(modelOf(memoryAlone, (pages, _, round) => 300 * growth(pages) * jitter(round, 0.02)).verdict).toBe(
      'does not',
    );
  });

  test('says that a cost does not which doubles over a thousandfold of memory: it grows far less than memory does', () => {
    const thousandfold = [0.5, 4, 16, 64, 512].map((size) =>
      pointOf({ tracker: 'any', memoryBytes: size * 1024 * MiB }),
    );
    const slowly = (pages: number, _: number, round: number) => 1200 * Math.log2(pages / 512) * jitter(round, 0.02);
    const model = modelOf(thousandfold, slowly);
    expect(model.verdict).toBe('does not');
    expect(model.perPage.kind === 'fitted' && model.perPage.low).toBeGreaterThan(0);
    const scan = modelOf(thousandfold, (pages, _, round) => (9000 + pages * 0.04) * jitter(round, 0.02));
    expect(scan.verdict).toBe('grows with memory');
  });

  test('cannot say where rounds differ too much', () => {
    const model = modelOf(memoryAlone, (pages, _, round) => (300 + pages / 1e5) * jitter(round * 5, 0.9));
    expect(model.verdict).toBe('cannot say');
  });

  test('calls nothing growth that is less than the noise', () => {
    const scan = (pages: number, _: number, round: number) => (pages * 0.5 + 2e6) * jitter(round, 0.01);
    expect(modelOf(memoryAlone, scan).verdict).toBe('grows with memory');
    expect(modelOf(memoryAlone, scan, 0.7).verdict).toBe('does not');
  });

  test('says why there is none without a spread of memory or of dirty pages', () => {
    const one = modelOf([pointOf({ tracker: 'any' })], () => 100);
    expect(one).toMatchObject({
      verdict: 'cannot say',
      memoryShare: null,
      perPage: { kind: 'absent' },
      fit: { kind: 'absent' },
    });
    expect(one.because).toContain('memory held at 512M');
    const pagesAlone = [16, 64, 1024].map((pagesPerEpoch) => pointOf({ tracker: 'any', pagesPerEpoch }));
    const held = modelOf(pagesAlone, (_, dirty) => 10 * dirty + 50);
    expect(held).toMatchObject({ verdict: 'cannot say', perPage: { kind: 'absent', why: 'memory held at 512M' } });
    expect(held.perDirty.kind === 'fitted' && held.perDirty.value).toBeCloseTo(10, 3);
  });

  test('says why there is none where dirty pages grow as memory does', () => {
    const together = memories.map((memoryBytes) =>
      pointOf({ tracker: 'any', memoryBytes, pagesPerEpoch: memoryBytes / (16 * MiB) }),
    );
    expect(modelOf(together, (pages) => pages).because).toContain('change together');
  });

  test('calls no fit good that has as many terms as points', () => {
    const two = memoryAlone.slice(0, 2);
    expect(modelOf(two, (pages) => pages).fit).toEqual({
      kind: 'absent',
      why: expect.stringContaining('2 points and 2 terms'),
    });
  });

  test('is made for each guest, workload, cache and ring, and for no null tracker', () => {
    const points = ['simulated', 'kvm'].flatMap((guest) =>
      memories.flatMap((memoryBytes) => [
        pointOf({ tracker: 'null', guest, memoryBytes }),
        pointOf({ tracker: 'ring', guest, memoryBytes, ringEntries: 512 }),
        pointOf({ tracker: 'ring', guest, memoryBytes, ringEntries: 1024 }),
      ]),
    );
    const models = modelsOf(measuredPoints(resultsOf(points, () => ({ collectNs: 100 }))), 0);
    expect(models.map(({ guest, scheme }) => `${guest} ${scheme}`)).toEqual([
      'simulated ring 512',
      'simulated ring 1024',
      'kvm ring 512',
      'kvm ring 1024',
    ]);
  });
});
