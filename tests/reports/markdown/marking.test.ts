import { expect, it } from 'vitest';
import { analyse } from '../../../reports/analysis/analysis.js';
import { markingSection } from '../../../reports/markdown/marking.js';
import type { Point } from '../../../results/schema.js';
import { pointOf, resultsOf } from '../fixture.js';

const gib = 2 ** 30;

/** The rows of null trackers in a sweep of the queue at 4 GiB with these. */
function nullsOf(floors: readonly Partial<Point>[]): string[] {
  const points = [
    pointOf({ tracker: 'flag-queue', memoryBytes: 4 * gib }),
    ...floors.map((floor) => pointOf({ tracker: 'null', ...floor })),
  ];
  const analysis = analyse(resultsOf(points, ({ epochs }) => ({ collectNs: 40, runNs: epochs })));
  const text = markingSection.write({ analysis, pictures: [] }) ?? '';
  return [...text.matchAll(/^\| (`null` .*?) *\| +(.*?) \|/gm)].map(([, label = '', time = '']) => `${label}: ${time}`);
}

it('what writes take without marking is of the nearest memory, which is named where it is another one', () => {
  const small = { memoryBytes: gib / 16 };
  expect(nullsOf([small])).toEqual(['`null` (no marking, in 64M): 100 ns']);
  expect(nullsOf([small, { memoryBytes: 4 * gib, epochs: 300 }])).toEqual(['`null` (no marking): 300 ns']);
});

it('what writes take without marking is one row, with whatever numbers of epochs it was measured', () => {
  expect(nullsOf([{ epochs: 200 }, { epochs: 100 }, { cache: 'warm' }])).toEqual([
    '`null` (no marking, in 512M): 100 ns',
  ]);
});
