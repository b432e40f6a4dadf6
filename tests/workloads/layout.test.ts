import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Layout } from '../../workloads/layout.js';
import { widestGap } from './gap.js';

test('the order of the neighbourhoods visits each once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 512, max: 2 ** 20 }), (pages) => {
      const layout = new Layout(pages);
      const first = Array.from({ length: layout.neighbourhoods }, (_, index) => layout.neighbourhood(index));
      expect(new Set(first).size).toBe(Math.floor(pages / 512));
      expect(first.every((page) => page % 512 === 0 && page + 512 <= pages)).toBe(true);
    }),
  );
});

/** Widest gap that the first `used` neighbourhoods leave, as a multiple of the mean. */
function unevenness(pages: number, used: number): number {
  const layout = new Layout(pages);
  const places = Array.from({ length: used }, (_, index) => layout.neighbourhood(index) / 512);
  return widestGap(places, layout.neighbourhoods) / (layout.neighbourhoods / used);
}

test.each([2 ** 17, 2 ** 18, 2 ** 20, 2 ** 28])(
  'however many are used, they are spread evenly over %i pages',
  (pages) => {
    for (let used = 2; used <= 64; used++) expect(unevenness(pages, used)).toBeLessThan(3);
  },
);

test('and about evenly over any number of pages', () => {
  const sizes = fc.integer({ min: 512 * 64, max: 2 ** 28 });
  fc.assert(fc.property(sizes, fc.integer({ min: 2, max: 64 }), (pages, used) => unevenness(pages, used) < 8));
});

test.each([1, 4])('scattering %i pages together is a bijection of the pages', (together) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), (pages) => {
      const layout = new Layout(pages);
      const scattered = Array.from({ length: pages }, (_, index) => layout.scattered(index, together));
      expect(new Set(scattered).size).toBe(pages);
      expect(scattered.every((page) => page >= 0 && page < pages)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('scattering four pages together puts four into each neighbourhood before it comes back', () => {
  const layout = new Layout(2 ** 20);
  const neighbourhoods = Array.from({ length: 400 }, (_, i) => Math.floor(layout.scattered(i, 4) / 512));
  for (let i = 0; i < 400; i += 4) expect(new Set(neighbourhoods.slice(i, i + 4)).size).toBe(1);
  expect(new Set(neighbourhoods).size).toBe(100);
});
