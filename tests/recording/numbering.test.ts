import { expect, it } from 'vitest';
import { mostTracePages } from '../../base/trace.js';
import { numberPages } from '../../recording/numbering.js';

it('a gap keeps at most 512 pages', () => {
  const { number, ...sizes } = numberPages([
    [5, 7],
    [10, 11],
    [10_000, 10_001],
  ]);
  expect(sizes).toEqual({ pages: 519, resident: 4 });
  expect([5, 6, 10, 10_000].map(number)).toEqual([0, 1, 5, 518]);
});

it('where a trace could not number all gaps, they keep fewer', () => {
  const end = mostTracePages - 100;
  const { number, pages } = numberPages([
    [0, end],
    [2 * end, 2 * end + 1],
  ]);
  expect(pages).toBeLessThanOrEqual(mostTracePages);
  expect(number(2 * end)).toBe(end + 49);
});
