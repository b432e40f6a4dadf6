import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocatedBytes } from '../../trackers/allocation.js';
import { isTrace, listWorkloads, openWorkload } from '../../workloads/registry.js';

const names = listWorkloads()
  .map(({ name }) => name)
  .filter((name) => !isTrace(name));

/** Pages of a guest of 1 TiB. */
const mostPages = 2 ** 28;

/** Guests of any size, and pages per epoch up to all of a small guest's. */
const sizes = fc.oneof(
  fc
    .integer({ min: 1, max: 5000 })
    .chain((pages) => fc.record({ pages: fc.constant(pages), each: fc.integer({ min: 1, max: pages }) })),
  fc
    .integer({ min: 1024, max: mostPages })
    .chain((pages) => fc.record({ pages: fc.constant(pages), each: fc.integer({ min: 1, max: 1000 }) })),
  fc.integer({ min: 1, max: 4096 }).map((pages) => ({ pages, each: pages })),
);
const seeds = fc.nat(Number.MAX_SAFE_INTEGER);

/** The next epochs of a workload, each an array of its writes. */
function epochs(name: string, pages: number, pagesPerEpoch: number, seed: number, count: number): number[][] {
  const workload = openWorkload(name, { pages, pagesPerEpoch, seed });
  const into = new Uint32Array(workload.mostWrites);
  return Array.from({ length: count }, () => Array.from(into.subarray(0, workload.next(into))));
}

test('the synthetic workloads are listed', () => {
  expect(names).toEqual(expect.arrayContaining(['uniform', 'netperf-rr']));
});

describe.each(names)('%s', (name) => {
  test('writes exactly the distinct pages asked for, all within the guest, within its bound of writes', () => {
    fc.assert(
      fc.property(sizes, seeds, ({ pages, each }, seed) => {
        const { mostWrites } = openWorkload(name, { pages, pagesPerEpoch: each, seed });
        for (const writes of epochs(name, pages, each, seed, 3)) {
          expect(new Set(writes).size).toBe(each);
          expect(writes.length).toBeLessThanOrEqual(mostWrites);
          expect(writes.every((page) => page >= 0 && page < pages)).toBe(true);
        }
      }),
    );
  });

  test('writes the same from the same seed', () => {
    fc.assert(
      fc.property(sizes, seeds, ({ pages, each }, seed) => {
        expect(epochs(name, pages, each, seed, 3)).toEqual(epochs(name, pages, each, seed, 3));
      }),
      { numRuns: 30 },
    );
  });

  test('writes other pages from another seed, and in another epoch', () => {
    const [first, second] = epochs(name, 2 ** 20, 64, 1, 2);
    const [other] = epochs(name, 2 ** 20, 64, 2, 1);
    expect(other).not.toEqual(first);
    expect(second).not.toEqual(first);
  });

  test('is made for a guest of 1 TiB in memory that follows the pages of an epoch', () => {
    const bytes = allocatedBytes(() => {
      const workload = openWorkload(name, { pages: mostPages, pagesPerEpoch: 64, seed: 1 });
      const into = new Uint32Array(workload.mostWrites);
      for (let i = 0; i < 100; i++) workload.next(into);
    });
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(2 ** 16);
  });

  test('leaves the entries after its writes alone', () => {
    const workload = openWorkload(name, { pages: 4096, pagesPerEpoch: 16, seed: 3 });
    const into = new Uint32Array(workload.mostWrites + 4).fill(0xffffffff);
    for (let i = 0; i < 50; i++) workload.next(into);
    expect(Array.from(into.subarray(workload.mostWrites))).toEqual(new Array(4).fill(0xffffffff));
  });
});
