import { describe, expect, it } from 'vitest';
import { availability } from '../../guests/availability.js';
import type { Guest } from '../../guests/guest.js';
import { ProcessGuest } from '../../guests/process.js';
import { openGuest } from '../../guests/registry.js';
import { ArmingCosts } from '../../measure/arming.js';
import { roundBytes } from '../../measure/room.js';
import { exactnessOf } from '../../trackers/catalogue.js';
import type { Arming } from '../../trackers/kernel-tracker.js';
import { type TrackerName, trackerNames, trackers } from '../../trackers/registry.js';

const pages = 1024;

/** A guest on a clock of its own whose tracking takes 7 ns a page to turn on, where the page was written since, and 3 to turn off. */
class TimedGuest implements Guest {
  readonly forcedExits = 0;
  now = 0n;
  armed = true;
  /** Of the pages that a first collect finds, some are lost. */
  loses = 0;
  findsAll = false;
  readonly #written = new Set<number>();
  #unprotected = pages;

  readonly arming: Arming = {
    arm: () => {
      this.now += BigInt(7 * this.#unprotected);
      this.#unprotected = 0;
      this.armed = true;
      this.#written.clear();
    },
    disarm: () => {
      this.now += BigInt(3 * pages);
      this.armed = false;
    },
  };

  run(list: Uint32Array, count: number): void {
    for (const page of list.subarray(0, count)) this.#written.add(page);
    if (!this.armed) this.#unprotected = this.#written.size;
  }

  collect(into: Uint32Array): number {
    expect(this.armed).toBe(true);
    this.now += 100n;
    const found = this.findsAll ? Array.from({ length: pages }, (_, page) => page) : [...this.#written];
    into.set(found.slice(this.loses));
    return found.length - this.loses;
  }

  close(): void {}
}

function costsOf(guest: TimedGuest): ReturnType<ArmingCosts['measure']> {
  return new ArmingCosts(
    { guest, arming: guest.arming, pages, unitPages: 1, findsMore: false },
    () => guest.now,
  ).measure();
}

it('tracking is turned on for memory that has all been written since it was last protected', () => {
  const guest = new TimedGuest();
  expect(costsOf(guest)).toEqual({ repetitions: 15, armNs: 7 * pages, firstCollectNs: 100, disarmNs: 3 * pages });
  expect(guest.armed).toBe(true);
});

it('a scheme whose first collect finds every page may leave the work to it', () => {
  const guest = new TimedGuest();
  guest.findsAll = true;
  expect(costsOf(guest).firstCollectNs).toBe(100);
});

it('a tracker that loses what was written after it was turned on is named for it', () => {
  const guest = new TimedGuest();
  guest.loses = 1;
  expect(() => costsOf(guest)).toThrow('first collect after turning tracking on: 255 pages found, not the 256');
});

it('a round in which tracking is turned on and off has room for all of the guest', () => {
  const point = {
    ...{ guest: 'process', tracker: 'pagemap-scan', workload: 'uniform', memoryBytes: 2 ** 30, pagesPerEpoch: 64 },
    ...{ ioFrequency: null, dirtyRate: null, cache: 'l2-cold' as const, vcpus: 1, ringEntries: null },
    ...{ epochs: 10, rounds: 5, seed: 1 },
  };
  expect(roundBytes({ ...point, arming: true }) - roundBytes(point)).toBeGreaterThan(0.9 * 2 ** 30);
});

const real = trackerNames.filter((name) => trackers[name].guest !== 'simulated' && !/null$/.test(name));

describe.each(real)('%s', (name: TrackerName) => {
  it.skipIf(!availability(trackers[name]).works)(
    'is turned on and off, and finds what is written only in between',
    () => {
      const guest = openGuest(trackers[name], { pages, ringEntries: null });
      try {
        const { arming } = guest;
        if (arming === undefined) return expect(['mincore', 'pagemap-anon']).toContain(name);
        const into = new Uint32Array(pages);
        const written = Uint32Array.of(3, 700, 64);
        guest.run(Uint32Array.of(5, 6), 2);
        expect(guest.collect(into)).toBeGreaterThanOrEqual(2);
        arming.disarm?.();
        guest.run(Uint32Array.of(8, 9), 2);
        arming.arm();
        guest.run(written, written.length);
        const first = new Set(into.subarray(0, guest.collect(into)));
        // One that is not exact may also find what it found before.
        const before = exactnessOf(name) === 'exact' ? [] : [5, 6];
        const found = [...first].filter((page) => !before.includes(page));
        if (first.size !== pages) expect(new Set(found)).toEqual(new Set(written));
        guest.run(written, 1);
        const again = [...into.subarray(0, guest.collect(into))];
        if (before.length === 0) expect(again).toEqual([3]);
        else expect(again).toContain(3);
      } finally {
        guest.close();
      }
    },
  );
});

it.skipIf(!availability(trackers['pagemap-scan']).works)('a real guest is measured, and tracked afterwards', () => {
  const guest = ProcessGuest.open(trackers['pagemap-scan'], pages);
  try {
    const { arming } = guest;
    if (arming === undefined) throw new Error('it has something to turn on');
    const cost = new ArmingCosts({ guest, arming, pages, unitPages: 1, findsMore: false }).measure();
    expect(cost.repetitions).toBeGreaterThanOrEqual(5);
    expect(Math.min(cost.armNs, cost.firstCollectNs, cost.disarmNs ?? 0)).toBeGreaterThan(0);
    guest.run(Uint32Array.of(11), 1);
    expect(guest.collect(new Uint32Array(pages))).toBe(1);
  } finally {
    guest.close();
  }
});
