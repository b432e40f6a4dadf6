import { describe, expect, test } from 'vitest';
import { analyse } from '../../../reports/analysis/analysis.js';
import { jitter, pointOf, resultsOf } from '../fixture.js';

describe('the winner of a cell', () => {
  test('is the cheapest, with those that cannot be told from it and the next that can', () => {
    const costs: Record<string, number> = { null: 10, a: 1000, b: 1010, c: 3000, d: 5000 };
    const points = Object.keys(costs).map((tracker) => pointOf({ tracker }));
    const { winners } = analyse(
      resultsOf(points, ({ tracker }, round) => ({ collectNs: (costs[tracker] ?? 0) * jitter(round, 0.02) })),
    );
    expect(winners[0]).toMatchObject({
      cost: 'collect',
      scheme: 'a',
      ties: ['b'],
      next: { scheme: 'c' },
      withinFloor: false,
    });
    expect(winners[0]?.next?.ratio).toBeCloseTo(3, 6);
    expect(winners.map(({ cost }) => cost)).toEqual(['collect', 'total']);
  });

  test('shares its place with all that are within the floor', () => {
    const costs: Record<string, number> = { null: 100, a: 90, b: 97, c: 3000 };
    const points = Object.keys(costs).map((tracker) => pointOf({ tracker }));
    const { winners } = analyse(resultsOf(points, ({ tracker }) => ({ collectNs: costs[tracker] ?? 0 })));
    expect(winners[0]).toMatchObject({ scheme: 'a', withinFloor: true, ties: ['b'], next: { scheme: 'c' } });
  });

  test('needs somebody to win against', () => {
    const points = [
      pointOf({ tracker: 'null' }),
      pointOf({ tracker: 'a' }),
      pointOf({ tracker: 'b', pagesPerEpoch: 1 }),
    ];
    expect(analyse(resultsOf(points, () => ({ collectNs: 100 }))).winners).toEqual([]);
  });
});
