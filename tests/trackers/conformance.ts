import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type SoftwareTrackerName, type TrackerOptions, trackers } from '../../trackers/registry.js';
import type { SoftwareTracker } from '../../trackers/tracker.js';
import { allocatedBytes, uncounted } from './allocation.js';

/** 1 TiB of guest memory. */
const terabyte = 268_435_456;
const defaults: TrackerOptions = { ringEntries: null };

/** What every software tracker has to do, held against a plain Set; each tracker's own test calls this in one line. */
export function conformance(name: SoftwareTrackerName, options: TrackerOptions = defaults): void {
  const kind = trackers[name];
  const open: SoftwareTracker[] = [];
  const create = (pages: number): SoftwareTracker => {
    const tracker = kind.create(pages, options);
    open.push(tracker);
    return tracker;
  };
  afterEach(() => {
    for (const tracker of open.splice(0)) tracker.close?.();
  });

  const missing = kind.missing?.() ?? null;
  const suite = missing === null ? describe : describe.skip;
  suite(`${name}, as every tracker (${missing?.why ?? JSON.stringify(options)})`, () => {
    it('finds nothing before anything is written, again and again', () => {
      const tracker = create(1000);
      expect(collect(tracker, 0)).toEqual([]);
      expect(collect(tracker, 0)).toEqual([]);
    });

    it.each([1, 2, 31, 32, 33, 255, 256, 257, 1023, 1024, 1025, 32_769])(
      'finds the first and the last of %i pages, once each',
      (pages) => {
        const tracker = create(pages);
        const ends = [...new Set([0, pages - 1])];
        write(tracker, [...ends, ...ends]);
        expect(collect(tracker, ends.length)).toEqual(ends);
        expect(collect(tracker, 0)).toEqual([]);
      },
    );

    it.each([1024, 1025, 4099, 70_001])('finds all of %i pages when all are written, twice over', (pages) => {
      const tracker = create(pages);
      const every = Array.from({ length: pages }, (_, page) => page);
      for (const order of [every, every.toReversed()]) {
        write(tracker, order);
        write(tracker, order);
        expect(collect(tracker, pages)).toEqual(every);
      }
      expect(collect(tracker, 0)).toEqual([]);
    });

    it('forgets what was collected: an epoch has its own pages alone', () => {
      const tracker = create(5000);
      write(tracker, [1, 4999]);
      collect(tracker, 2);
      write(tracker, [4999, 7]);
      expect(collect(tracker, 2)).toEqual([7, 4999]);
    });

    it('agrees with a Set over random writes, forced drains and collects', () => {
      fc.assert(fc.property(fc.integer({ min: 1, max: 6000 }), fc.array(steps, { maxLength: 30 }), agreesWithSet));
    });

    it('allocates the bytes that the registry states', () => {
      create(1); // What a package allocates for itself when it is loaded is not the tracker's.
      for (const pages of [1024, 1025, 131_071, 1_048_576, 1_048_577, terabyte]) {
        expect(
          allocatedBytes(() => create(pages)),
          uncounted,
        ).toBe(kind.bytes(pages, options));
      }
    });

    it('finds the pages of a guest of a terabyte', () => {
      const tracker = create(terabyte);
      const pages = [0, 123_456_789, terabyte - 1];
      write(tracker, pages);
      expect(collect(tracker, pages.length)).toEqual(pages);
      expect(collect(tracker, 0)).toEqual([]);
    });

    it('can be closed twice', () => {
      const tracker = create(1024);
      write(tracker, [5]);
      tracker.close?.();
      expect(() => tracker.close?.()).not.toThrow();
    });
  });

  function agreesWithSet(pages: number, history: readonly Step[]): void {
    const tracker = create(pages);
    const written = new Set<number>();
    for (const step of [...history, { kind: 'collect' } as const]) {
      if (step.kind === 'write') {
        const numbers = step.places.map((place) => Math.floor(place * pages));
        write(tracker, numbers);
        for (const page of numbers) written.add(page);
      } else if (step.kind === 'drain') {
        if (tracker.bounded) tracker.drain();
      } else {
        expect(collect(tracker, written.size)).toEqual(ascending(written));
        written.clear();
      }
    }
    tracker.close?.();
  }
}

type Step =
  | { readonly kind: 'write'; readonly places: readonly number[] }
  | { readonly kind: 'drain' }
  | { readonly kind: 'collect' };

/** A place in memory, from 0 to just below 1; some are drawn often, so that pages are written again. */
const place = fc.oneof(
  fc.constantFrom(0, 0.5, 1 - 2 ** -20),
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
);

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('write'), places: fc.array(place, { maxLength: 300 }) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'drain' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'collect' as const }) },
);

/** Marks the pages as a guest does, draining when told to; returns how often that was. */
export function write(tracker: SoftwareTracker, pages: Iterable<number>): number {
  let forcedExits = 0;
  for (const page of pages) {
    if (tracker.bounded) {
      if (tracker.mark(page)) {
        forcedExits++;
        tracker.drain();
      }
    } else tracker.mark(page);
  }
  return forcedExits;
}

/** Collects into room for exactly the pages that can have been written, and returns them in ascending order. */
export function collect(tracker: SoftwareTracker, room: number): number[] {
  const into = new Uint32Array(room);
  const found = tracker.collect(into);
  expect(found).toBe(room);
  return ascending(into);
}

function ascending(pages: Iterable<number>): number[] {
  return [...pages].sort((one, other) => one - other);
}
