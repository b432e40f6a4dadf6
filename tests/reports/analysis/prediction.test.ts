import { describe, expect, test } from 'vitest';
import { pageBytes } from '../../../base/size.js';
import { measuredPoints } from '../../../reports/analysis/measured.js';
import { predictionsOf } from '../../../reports/analysis/prediction.js';
import { pointOf, resultsOf } from '../fixture.js';

const GiB = 2 ** 30;

function predictions(memories: number[], collectNs: (pages: number) => number) {
  const points = memories.map((gibibytes) => pointOf({ tracker: 'any', memoryBytes: gibibytes * GiB }));
  const results = resultsOf(points, (point) => ({ collectNs: collectNs(point.memoryBytes / pageBytes) }));
  return predictionsOf(measuredPoints(results));
}

describe('a prediction', () => {
  test('carries the line through the guests of up to 64 GiB on to larger ones', () => {
    const [found, ...others] = predictions([16, 64, 1024], (pages) => 1000 + pages / 4);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ scheme: 'any', memoryBytes: 1024 * GiB, points: 2 });
    expect((found?.predictedNs ?? 0) / (found?.measuredNs ?? 1)).toBeCloseTo(1, 2);
  });

  test('shows a cost that grows otherwise', () => {
    const [found] = predictions([16, 64, 1024], (pages) => (pages > 2 ** 24 ? pages : pages / 4));
    expect((found?.measuredNs ?? 0) / (found?.predictedNs ?? 1)).toBeCloseTo(4, 1);
  });

  test('is not made from one smaller guest, nor for small ones', () => {
    expect(predictions([64, 1024], (pages) => pages)).toEqual([]);
    expect(predictions([4, 16, 64], (pages) => pages)).toEqual([]);
  });
});
