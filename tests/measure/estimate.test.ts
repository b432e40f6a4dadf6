import { expect, it } from 'vitest';
import { epochsInTime, estimateSeconds } from '../../measure/estimate.js';
import { expand } from '../../measure/expansion.js';
import { parseSweep } from '../../measure/sweep.js';

function pointsOf(tracker: string, pages: number) {
  const sweep = { guest: 'simulated', tracker, memory: '512M', pages, epochs: 100, rounds: 3 };
  return expand([parseSweep(sweep, 'test')]).points;
}

const span = { least: 20, most: 4000 };
const secondsWith = (points: ReturnType<typeof pointsOf>, epochs: number) =>
  points.reduce((sum, point) => sum + point.rounds * estimateSeconds({ ...point, epochs }), 0);

it('as many epochs as fill the time, by the estimate itself', () => {
  const points = pointsOf('flag-scan', 64);
  const seconds = secondsWith(points, 1000);
  expect(epochsInTime(points, seconds, span)).toBeGreaterThanOrEqual(999);
  expect(epochsInTime(points, seconds, span)).toBeLessThanOrEqual(1000);
});

it('never more or fewer than there may be', () => {
  const points = pointsOf('flag-scan', 64);
  expect(epochsInTime(points, 0.1, span)).toBe(20);
  expect(epochsInTime(points, 1e6, span)).toBe(4000);
});

it('a page written by a guest that faults at it takes longer', () => {
  const [point] = pointsOf('flag-queue', 2048);
  if (point === undefined) throw new Error('there is a point');
  const faulting = estimateSeconds({ ...point, guest: 'process', tracker: 'uffd-queue' });
  expect(faulting).toBeGreaterThan(10 * estimateSeconds(point));
});
