import { expect, test } from 'vitest';
import { openWorkload } from '../../workloads/registry.js';

const pages = 100_000;

/** The writes of each of the next epochs. */
function epochs(count: number, pagesPerEpoch = 64, seed = 21): number[][] {
  const workload = openWorkload('hot-set', { pages, pagesPerEpoch, seed });
  const into = new Uint32Array(workload.mostWrites);
  return Array.from({ length: count }, () => Array.from(into.subarray(0, workload.next(into))));
}

/** The run of a tenth of the pages, from a multiple of a hundredth of them, that has most of the writes, and its share. */
function hotWindow(writes: readonly number[]): { start: number; share: number } {
  const windows = Array.from({ length: 100 }, (_, hundredth) => {
    const start = (hundredth * pages) / 100;
    const inside = writes.filter((page) => (page - start + pages) % pages < pages / 10).length;
    return { start, share: inside / writes.length };
  });
  return windows.reduce((best, window) => (window.share > best.share ? window : best));
}

test('about nine in ten writes go to a tenth of the pages that lie together', () => {
  // Fifty epochs, in which the hot set moves by fifty of its 10 000 pages; windows are tried at every 1000 pages.
  const { share } = hotWindow(epochs(50).flat());
  expect(share).toBeGreaterThan(0.83);
  expect(share).toBeLessThan(0.95);
});

test('the other writes go anywhere', () => {
  const writes = epochs(500).flat();
  const { start } = hotWindow(writes);
  const outside = writes.filter((page) => (page - start + pages) % pages >= pages / 5);
  const tenths = new Set(outside.map((page) => Math.floor(page / (pages / 10))));
  expect(tenths.size).toBeGreaterThanOrEqual(8);
});

test('the hot set drifts by a page every 64 writes', () => {
  const all = epochs(20_000);
  const early = hotWindow(all.slice(0, 100).flat()).start;
  const late = hotWindow(all.slice(-100).flat()).start;
  const moved = (late - early + pages) % pages;
  expect(moved).toBeGreaterThan(18_000);
  expect(moved).toBeLessThan(22_000);
});

test('another seed has another hot set', () => {
  const starts = [1, 2, 3, 4, 5].map((seed) => hotWindow(epochs(20, 64, seed).flat()).start);
  expect(new Set(starts).size).toBeGreaterThan(3);
});
