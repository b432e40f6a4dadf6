import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openGuest } from '../../../guests/registry.js';
import { trackers } from '../../../trackers/registry.js';
import { describeWith } from '../../guests/mechanism.js';

const pages = 4096;
const name = 'kvm-ring-deferred';

/** What each of these epochs was found to have written, in order. */
function foundIn(epochs: readonly (readonly number[])[], ringEntries: number | null = null): number[][] {
  const guest = openGuest(trackers[name], { pages, ringEntries });
  try {
    return epochs.map((written) => {
      guest.run(Uint32Array.from(written), written.length);
      const into = new Uint32Array(pages);
      return [...into.subarray(0, guest.collect(into))].toSorted((a, b) => a - b);
    });
  } finally {
    guest.close();
  }
}

describeWith(name, 'kvm-ring-deferred', () => {
  it('finds a page until the reset at the fourth collect, and then only where it was written again', () => {
    expect(foundIn([[1, 2], [3], [], [2, 4], [], [2], []])).toEqual([
      [1, 2],
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3, 4],
      [],
      [2],
      [2],
    ]);
  });

  it('misses no page, and finds none twice nor one that was not written in the last four epochs', () => {
    const epoch = fc.array(fc.nat(pages - 1), { maxLength: 100 });
    fc.assert(
      fc.property(fc.array(epoch, { maxLength: 12 }), (epochs) => {
        foundIn(epochs).forEach((found, index) => {
          expect(new Set(found).size).toBe(found.length);
          expect(found).toEqual(expect.arrayContaining([...new Set(epochs[index])]));
          const lately = new Set(epochs.slice(Math.max(0, index - 3), index + 1).flat());
          expect(found.every((page) => lately.has(page))).toBe(true);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('loses nothing where the ring fills before the reset', () => {
    const all = Array.from({ length: 2000 }, (_, page) => page);
    const [first = [], second = []] = foundIn([all, all.slice(0, 1500)], 1024);
    expect(first).toEqual(all);
    expect(second).toEqual(expect.arrayContaining(all.slice(0, 1500)));
  });
});
