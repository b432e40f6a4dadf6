/**
 * What `import { conformance } from 'dirtybench/conformance'` gives: the test that every software tracker of dirtybench passes.
 *
 * @module conformance
 */

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { allocatedBytes } from './allocation.js';
import type { SoftwareTrackerKind, TrackerOptions } from './kind.js';
import type { SoftwareTracker } from './tracker.js';

/** 1 TiB of guest memory, in pages. */
const terabyte = 268_435_456;
const defaults: TrackerOptions = { ringEntries: null };

/** One thing that a tracker has to do. */
export interface ConformanceCase {
  /** What it is, as a sentence about the tracker. */
  readonly name: string;
  /** @throws AssertionError if the tracker does not do it; whatever the tracker throws. */
  check(): void;
}

/**
 * What every software tracker has to do, held against a plain Set: each case is a test, for any runner. With vitest,
 * `for (const { name, check } of conformance(kind)) it(name, check);`.
 */
export function conformance(kind: SoftwareTrackerKind, options: TrackerOptions = defaults): ConformanceCase[] {
  const cases: [string, (create: Create) => void][] = [
    ['finds nothing before anything is written, again and again', findsNothing],
    ...[1, 2, 31, 32, 33, 255, 256, 257, 1023, 1024, 1025, 32_769].map((pages): [string, (create: Create) => void] => [
      `finds the first and the last of ${pages} pages, once each`,
      (create) => findsEnds(create, pages),
    ]),
    ...[1024, 1025, 4099, 70_001].map((pages): [string, (create: Create) => void] => [
      `finds all of ${pages} pages when all are written, twice over`,
      (create) => findsAll(create, pages),
    ]),
    ['forgets what was collected: an epoch has its own pages alone', forgets],
    ['agrees with a Set over random writes, forced drains and collects', agreesWithSet],
    ['allocates the bytes that its kind states', (create) => allocatesWhatItStates(create, kind, options)],
    ['finds the pages of a guest of a terabyte', findsInTerabyte],
    ['can be closed twice', closesTwice],
  ];
  return cases.map(([name, check]) => ({ name, check: () => withTrackers(kind, options, check) }));
}

/** Makes a tracker for a guest of so many pages, and closes it in the end. */
type Create = (pages: number) => SoftwareTracker;

function withTrackers(kind: SoftwareTrackerKind, options: TrackerOptions, check: (create: Create) => void): void {
  const open: SoftwareTracker[] = [];
  try {
    check((pages) => {
      const tracker = kind.create(pages, options);
      open.push(tracker);
      return tracker;
    });
  } finally {
    for (const tracker of open) tracker.close?.();
  }
}

function findsNothing(create: Create): void {
  const tracker = create(1000);
  assert.deepEqual(collect(tracker, 0), []);
  assert.deepEqual(collect(tracker, 0), []);
}

function findsEnds(create: Create, pages: number): void {
  const tracker = create(pages);
  const ends = [...new Set([0, pages - 1])];
  write(tracker, [...ends, ...ends]);
  assert.deepEqual(collect(tracker, ends.length), ends);
  assert.deepEqual(collect(tracker, 0), []);
}

function findsAll(create: Create, pages: number): void {
  const tracker = create(pages);
  const every = Array.from({ length: pages }, (_, page) => page);
  for (const order of [every, every.toReversed()]) {
    write(tracker, order);
    write(tracker, order);
    assert.deepEqual(collect(tracker, pages), every);
  }
  assert.deepEqual(collect(tracker, 0), []);
}

function forgets(create: Create): void {
  const tracker = create(5000);
  write(tracker, [1, 4999]);
  collect(tracker, 2);
  write(tracker, [4999, 7]);
  assert.deepEqual(collect(tracker, 2), [7, 4999]);
}

function findsInTerabyte(create: Create): void {
  const tracker = create(terabyte);
  const pages = [0, 123_456_789, terabyte - 1];
  write(tracker, pages);
  assert.deepEqual(collect(tracker, pages.length), pages);
  assert.deepEqual(collect(tracker, 0), []);
}

function allocatesWhatItStates(create: Create, kind: SoftwareTrackerKind, options: TrackerOptions): void {
  create(1); // What a package allocates for itself when it is loaded is not the tracker's.
  for (const pages of [1024, 1025, 131_071, 1_048_576, 1_048_577, terabyte]) {
    const allocated = allocatedBytes(() => create(pages));
    const stated = kind.bytes(pages, options);
    assert.equal(
      allocated,
      stated,
      `for ${pages} pages it allocates ${allocated} bytes of buffers and typed arrays, and its kind's bytes() states ${stated}`,
    );
  }
}

function closesTwice(create: Create): void {
  const tracker = create(1024);
  write(tracker, [5]);
  tracker.close?.();
  tracker.close?.();
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

function agreesWithSet(create: Create): void {
  const histories = fc.array(steps, { maxLength: 30 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6000 }), histories, (pages, history) => {
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
          assert.deepEqual(collect(tracker, written.size), ascending(written));
          written.clear();
        }
      }
      tracker.close?.();
    }),
    // A tracker with threads starts them anew for every history, which on a busy machine takes long.
    { interruptAfterTimeLimit: 20_000 },
  );
}

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

/**
 * Collects into room for exactly the `room` pages that have been written, and returns them in ascending order.
 * @throws AssertionError if another number of pages is found.
 */
export function collect(tracker: SoftwareTracker, room: number): number[] {
  const into = new Uint32Array(room);
  const found = tracker.collect(into);
  assert.equal(found, room, `${found} pages found where ${room} were written`);
  return ascending(into);
}

function ascending(pages: Iterable<number>): number[] {
  return [...pages].sort((one, other) => one - other);
}
