import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DistinctPages } from '../../base/distinct.js';

function taken(pages: DistinctPages, room: number): number[] {
  const into = new Uint32Array(room);
  return [...into.subarray(0, pages.take(into))];
}

describe('a list of distinct pages', () => {
  it('has each page once, in the order they first came, and is empty after it is taken', () => {
    const pages = new DistinctPages();
    for (const page of [7, 0, 7, 9, 0, 4_294_967_294]) pages.add(page);
    expect(taken(pages, 10)).toEqual([7, 0, 9, 4_294_967_294]);
    expect(taken(pages, 10)).toEqual([]);
  });

  it('agrees with a Set over epochs of all sizes', () => {
    const epochs = fc.array(fc.array(fc.nat(5000), { maxLength: 3000, size: 'max' }), { maxLength: 6 });
    fc.assert(
      fc.property(epochs, (lists) => {
        const pages = new DistinctPages();
        for (const list of lists) {
          for (const page of list) pages.add(page);
          expect(taken(pages, 5001)).toEqual([...new Set(list)]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('takes a hundred thousand pages, then few again', () => {
    const pages = new DistinctPages();
    for (let page = 0; page < 100_000; page++) pages.add(page * 64);
    expect(taken(pages, 100_000).at(-1)).toBe(99_999 * 64);
    for (let epoch = 0; epoch < 20; epoch++) {
      for (const page of [epoch, 64, epoch]) pages.add(page);
      expect(taken(pages, 10)).toEqual([epoch, 64]);
    }
  });
});
