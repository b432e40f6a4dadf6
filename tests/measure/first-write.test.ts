import { expect, it } from 'vitest';
import type { Guest } from '../../guests/guest.js';
import { FirstWrites } from '../../measure/first-write.js';

/** A guest whose writes take `protectedNs` where the unit is protected and `plainNs` else, on a clock of its own. */
class TimedGuest implements Guest {
  readonly forcedExits = 0;
  readonly lists: number[][] = [];
  now = 0n;
  loses = false;
  readonly #unitPages: number;
  readonly #dirty = new Set<number>();

  constructor(unitPages: number) {
    this.#unitPages = unitPages;
  }

  run(pages: Uint32Array, count: number): void {
    this.lists.push([...pages.subarray(0, count)]);
    for (const page of pages.subarray(0, count)) {
      const unit = Math.floor(page / this.#unitPages);
      this.now += this.#dirty.has(unit) ? 10n : 1000n;
      this.#dirty.add(unit);
    }
  }

  collect(): number {
    const found = this.#dirty.size * this.#unitPages;
    this.#dirty.clear();
    return this.loses ? found - 1 : found;
  }

  close(): void {}
}

it.each([1, 512])('a first write is told from a second one where %i pages are protected together', (unitPages) => {
  const guest = new TimedGuest(unitPages);
  const firstWrites = new FirstWrites(guest, { pages: 65_536, unitPages, findsMore: false }, () => guest.now);
  expect(firstWrites.fresh()).toBe(990);
  expect(firstWrites.measure()).toEqual({ pages: unitPages === 1 ? 256 : 128, firstNs: 1000, againNs: 10 });
});

it('no page of the list is beyond the guest or protected with another', () => {
  const guest = new TimedGuest(512);
  new FirstWrites(guest, { pages: 3 * 512, unitPages: 512, findsMore: false }, () => guest.now).measure();
  expect(guest.lists[0]).toEqual([0, 512, 1024]);
});

it('a tracker that misses a page is named for it', () => {
  const guest = new TimedGuest(1);
  guest.loses = true;
  expect(() =>
    new FirstWrites(guest, { pages: 4096, unitPages: 1, findsMore: false }, () => guest.now).measure(),
  ).toThrow('first writes: 255 pages found where 256 were to be');
});
