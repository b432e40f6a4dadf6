import { describe, expect, it } from 'vitest';
import { collect, write } from '../../trackers/conformance.js';
import type { BoundedTracker } from '../../trackers/tracker.js';

/** What a tracker does around its limit, the number of pages that it has room for before the guest must stop. */
export function capacity(limit: number, create: (pages: number) => BoundedTracker): void {
  const guestPages = 4 * limit;

  describe(`with room for ${limit} pages`, () => {
    it.each([
      ['just under its limit', limit - 1, 0],
      ['at its limit', limit, 1],
      ['just over its limit', limit + 1, 1],
      ['at twice its limit', 2 * limit, 2],
      ['just over twice its limit', 2 * limit + 1, 2],
    ])('loses nothing %s (%i pages), with %i forced exits, in one epoch after another', (_, count, exits) => {
      const tracker = create(guestPages);
      for (const first of [0, guestPages - count, 7]) {
        const pages = Array.from({ length: count }, (__, i) => first + i);
        expect(write(tracker, pages)).toBe(exits);
        expect(collect(tracker, count)).toEqual(pages);
      }
      expect(collect(tracker, 0)).toEqual([]);
    });

    it('has a page that was drained and written again once', () => {
      const tracker = create(guestPages);
      const pages = Array.from({ length: limit }, (_, page) => page);
      expect(write(tracker, pages)).toBe(1);
      write(tracker, pages.toReversed());
      write(tracker, [guestPages - 1]);
      expect(collect(tracker, limit + 1)).toEqual([...pages, guestPages - 1]);
    });

    it('needs no room for a page that is written again before a drain', () => {
      const tracker = create(guestPages);
      const most = Array.from({ length: limit - 1 }, (_, page) => page);
      expect(write(tracker, [...most, ...most, ...most])).toBe(0);
      expect(collect(tracker, limit - 1)).toEqual(most);
    });

    it('starts the next epoch with all its room, drained or not', () => {
      const tracker = create(guestPages);
      const most = Array.from({ length: limit - 1 }, (_, page) => page);
      write(tracker, [1, 2, 3]);
      tracker.drain();
      write(tracker, [4]);
      collect(tracker, 4);
      expect(write(tracker, most)).toBe(0);
      collect(tracker, limit - 1);
      expect(write(tracker, most)).toBe(0);
    });
  });
}
