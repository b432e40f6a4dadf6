import { describe, expect, it } from 'vitest';
import { openGuest } from '../../guests/registry.js';
import { concurrentTrackers } from '../../trackers/concurrent/kinds.js';
import { trackers } from '../../trackers/registry.js';

const pages = 300_001;

/** `count` different pages, most of them twice over. */
function epoch(count: number, step: number): Uint32Array {
  const distinct = Uint32Array.from({ length: count }, (_, i) => (i * 7919 + step) % pages);
  return Uint32Array.of(...distinct, ...distinct.subarray(0, count >> 1).toReversed());
}

/** By their bytes: element by element takes seconds. */
function isSame(one: Uint32Array, other: Uint32Array): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: Uint32Array) => new Uint8Array(buffer, byteOffset, byteLength);
  return Buffer.compare(bytes(one), bytes(other)) === 0;
}

describe.each(Object.entries(concurrentTrackers))('a simulated guest whose vCPUs mark in %s', (_, kind) => {
  it.each([1, 2, 3, 4])('finds what %i vCPUs wrote, epoch after epoch', (vcpus) => {
    const guest = openGuest(kind, { pages, ringEntries: null, vcpus });
    const into = new Uint32Array(pages);
    for (const [index, count] of [1, 2, 64, 0, 70_000, 3].entries()) {
      const writes = epoch(count, index);
      guest.run(writes, writes.length);
      const found = into.subarray(0, guest.collect(into)).toSorted();
      expect(isSame(found, Uint32Array.from(new Set(writes)).sort())).toBe(true);
    }
    guest.close();
    guest.close();
  });
});

describe('a simulated guest of several vCPUs', () => {
  it('stops all of them when a ring is full, and loses nothing', () => {
    const guest = openGuest(trackers['per-vcpu-rings'], { pages, ringEntries: 256, vcpus: 2 });
    const writes = epoch(10_000, 0);
    const into = new Uint32Array(pages);
    guest.run(writes, writes.length);
    expect(guest.forcedExits).toBeGreaterThan(10_000 / (2 * 256));
    expect(into.subarray(0, guest.collect(into)).toSorted()).toEqual(Uint32Array.from(new Set(writes)).sort());
    guest.close();
  });

  it('is refused a tracker that one vCPU marks', () => {
    expect(() => openGuest(trackers['flag-queue'], { pages, ringEntries: null, vcpus: 2 })).toThrow(
      '2 vCPUs: the tracker is marked by one alone',
    );
  });
});
