import { closeSync, openSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { pageBytes } from '../../base/size.js';
import { openGuest } from '../../guests/registry.js';
import { KernelError } from '../../kernel/error.js';
import { type TrackerName, trackerNames, trackers } from '../../trackers/registry.js';
import { describeWith } from '../guests/mechanism.js';
import { type Resources, resources } from './resources.js';

/** 64 MiB. */
const pages = 16384;
const writes = Uint32Array.of(1, 2, 3, pages - 1);

/** Starts a guest, runs an epoch, closes it, twice. */
function upAndDown(tracker: TrackerName, vcpus = 1): void {
  const guest = openGuest(trackers[tracker], { pages, ringEntries: null, vcpus });
  try {
    guest.run(writes, writes.length);
    guest.collect(new Uint32Array(64));
  } finally {
    guest.close();
    guest.close();
  }
}

/** What one leaves behind is seen exactly, so that few show it. */
const countedGuests = 10;

/** Those that have threads of their own. */
const threaded: readonly TrackerName[] = ['uffd-queue', 'pagemap-scan-parallel'];

for (const tracker of trackerNames.filter((name) => trackers[name].guest !== 'simulated' && !threaded.includes(name))) {
  describeWith(tracker, `guests watched by ${tracker}, up and down`, () => {
    it(`leave nothing behind, ${countedGuests} of them`, () => {
      upAndDown(tracker);
      const before = resources();
      for (let i = 0; i < countedGuests; i++) upAndDown(tracker);
      expect(resources()).toEqual(before);
    });
  });
}

/**
 * Threads end on their own a little after their guest is closed, and with them their event loops' files. Their stacks are
 * kept for the next ones, so only that no guest's memory is left can be told from the bytes.
 */
async function expectSettled(before: Resources): Promise<void> {
  for (let tries = 0; tries < 100 && resources().files > before.files; tries++) await setTimeout(50);
  const after = resources();
  expect({ ...after, guestBytes: 0 }).toEqual({ ...before, guestBytes: 0 });
  expect(after.guestBytes - before.guestBytes).toBeLessThan(pages * pageBytes);
}

for (const tracker of threaded) {
  describeWith(tracker, `guests watched by ${tracker}, with threads of their own, up and down`, () => {
    it('leave nothing behind', async () => {
      upAndDown(tracker);
      await setTimeout(200);
      const before = resources();
      for (let i = 0; i < 10; i++) upAndDown(tracker);
      await expectSettled(before);
    });
  });
}

describeWith('kvm-ring', 'guests with several vCPUs, up and down', () => {
  it('leave nothing behind', async () => {
    upAndDown('kvm-ring', 3);
    await setTimeout(200);
    const before = resources();
    for (let i = 0; i < 5; i++) upAndDown('kvm-ring', 3);
    await expectSettled(before);
  });
});

/** Opens files until the process may have no more, then closes `spare` of them again. */
function takeAllFilesBut(spare: number): number[] {
  const taken: number[] = [];
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  } catch {
    for (const descriptor of taken.splice(0, spare)) closeSync(descriptor);
  }
  return taken;
}

/** How many files each needs at once to come up: with fewer it fails at one call after the other. */
const files = { 'kvm-ring': 3, 'kvm-bitmap': 3, 'pagemap-scan': 2, 'pagemap-read': 2, 'uffd-queue': 2 } as const;

for (const tracker of ['kvm-ring', 'kvm-bitmap', 'pagemap-scan', 'pagemap-read', 'uffd-queue'] as const) {
  describeWith(tracker, `a guest watched by ${tracker} that runs out of files half-way`, () => {
    it.each(Array.from({ length: files[tracker] }, (_, spare) => spare))(
      'with %i to spare: says so, and leaves nothing behind',
      (spare) => {
        const before = resources();
        const taken = takeAllFilesBut(spare);
        try {
          expect(() => upAndDown(tracker, 2)).toThrow(KernelError);
          expect(() => upAndDown(tracker, 2)).toThrow(/EMFILE, this process has too many files open.*ulimit -n/);
        } finally {
          for (const descriptor of taken) closeSync(descriptor);
        }
        expect(resources()).toEqual(before);
      },
    );
  });
}

describeWith('kvm-bitmap', 'a KVM guest that the kernel refuses', () => {
  it('leaves nothing behind when there is no room for its memory', () => {
    const before = resources();
    const tooMany = 2 ** 36;
    expect(() => openGuest(trackers['kvm-bitmap'], { pages: tooMany, ringEntries: null })).toThrow(/ENOMEM/);
    expect(resources()).toEqual(before);
  });
});

describeWith('kvm-ring', 'a KVM guest whose ring is refused', () => {
  it('leaves nothing behind', () => {
    const before = resources();
    expect(() => openGuest(trackers['kvm-ring'], { pages, ringEntries: 1000 })).toThrow(/EINVAL/);
    expect(resources()).toEqual(before);
  });
});
