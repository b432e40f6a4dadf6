import { describe, expect, test } from 'vitest';
import { Random } from '../../base/random.js';
import { openWorkload } from '../../workloads/registry.js';
import { Zipf } from '../../workloads/zipf.js';

const exponent = 0.99;
const draws = 200_000;

/** Share of the draws that each page got, most drawn first. */
function shares(pages: number, seed: number): number[] {
  const source = new Zipf(pages, new Random(seed));
  const counts = new Map<number, number>();
  for (let i = 0; i < draws; i++) {
    const page = source.draw();
    counts.set(page, (counts.get(page) ?? 0) + 1);
  }
  return [...counts.values()].sort((a, b) => b - a).map((count) => count / draws);
}

/** Sum of rank^-0.99 over the ranks up to `last`. */
function harmonic(last: number): number {
  let sum = 0;
  for (let rank = 1; rank <= last; rank++) sum += rank ** -exponent;
  return sum;
}

describe.each([1024, 2 ** 20])('in a guest of %i pages', (pages) => {
  test.each([1, 2, 3, 10])('the page of rank %i takes the share of the writes that Zipf says', (rank) => {
    const expected = rank ** -exponent / harmonic(pages);
    expect((shares(pages, 5)[rank - 1] ?? 0) / expected).toBeCloseTo(1, 1);
  });

  test('the first 64 together take theirs', () => {
    const share = shares(pages, 6)
      .slice(0, 64)
      .reduce((sum, one) => sum + one, 0);
    expect(share / (harmonic(64) / harmonic(pages))).toBeCloseTo(1, 1);
  });
});

test('in the smallest guests, where rejection matters most, the shares are right to half a percent', () => {
  expect(shares(1, 1)).toEqual([1]);
  expect(Math.abs((shares(2, 1)[0] ?? 0) * harmonic(2) - 1)).toBeLessThan(0.005);
  expect(Math.abs((shares(3, 1)[0] ?? 0) * harmonic(3) - 1)).toBeLessThan(0.005);
});

test('the most written pages lie in different neighbourhoods, over the whole memory', () => {
  const pages = 2 ** 20;
  const source = new Zipf(pages, new Random(1));
  const hottest = Array.from({ length: 100 }, (_, index) => source.filler(index));
  expect(new Set(hottest.map((page) => Math.floor(page / 512))).size).toBe(100);
  for (let eighth = 0; eighth < 8; eighth++) {
    const within = hottest.filter((page) => Math.floor((page / pages) * 8) === eighth).length;
    expect(within).toBeGreaterThan(8);
    expect(within).toBeLessThan(17);
  }
});

test('writes repeat within an epoch, at most four for each distinct page', () => {
  const workload = openWorkload('zipf', { pages: 2 ** 18, pagesPerEpoch: 256, seed: 9 });
  const into = new Uint32Array(workload.mostWrites);
  let writes = 0;
  for (let epoch = 0; epoch < 100; epoch++) writes += workload.next(into);
  expect(writes).toBeGreaterThan(256 * 100 * 1.05);
  expect(workload.mostWrites).toBe(256 * 4);
});

test('an epoch that the draws do not fill is filled with the most written pages', () => {
  const pages = 4096;
  const workload = openWorkload('zipf', { pages, pagesPerEpoch: 3000, seed: 2 });
  const into = new Uint32Array(workload.mostWrites);
  const written = new Set(into.subarray(0, workload.next(into)));
  const source = new Zipf(pages, new Random(2));
  const hottest = Array.from({ length: 1500 }, (_, index) => source.filler(index));
  expect(hottest.every((page) => written.has(page))).toBe(true);
});
