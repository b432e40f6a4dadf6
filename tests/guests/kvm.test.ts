import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Guest } from '../../guests/guest.js';
import { openGuest } from '../../guests/registry.js';
import { exactnessOf } from '../../trackers/catalogue.js';
import { findsNothing } from '../../trackers/facts.js';
import { type TrackerName, trackerNames, trackers } from '../../trackers/registry.js';
import { checkEpoch, expectCollected, scattered } from './epochs.js';
import { describeWith } from './mechanism.js';

const finders = trackerNames.filter(
  (name) => trackers[name].guest === 'kvm' && !findsNothing(trackers[name]) && exactnessOf(name) === 'exact',
);
const pages = 16384;

/** 16 GiB: beyond the hole below 4 GiB. */
const manyPages = 4_194_304;
const lastBelowHole = 786_431;

function withGuest(name: TrackerName, settings: Partial<Parameters<typeof openGuest>[1]>, use: (guest: Guest) => void) {
  const guest = openGuest(trackers[name], { pages, ringEntries: null, ...settings });
  try {
    use(guest);
  } finally {
    guest.close();
  }
}

for (const name of finders) {
  describeWith(name, `a KVM guest watched by ${name}`, () => {
    it('finds what was written, each page once, and nothing that was not', () => {
      withGuest(name, {}, (guest) => {
        checkEpoch(guest, [0, 1, 31, 32, 63, 64, pages - 1, 0, 64]);
        checkEpoch(guest, []);
        checkEpoch(guest, [pages - 1]);
      });
    });

    it('finds random sets epoch after epoch', () => {
      withGuest(name, {}, (guest) => {
        fc.assert(
          fc.property(fc.array(fc.nat(pages - 1), { maxLength: 200 }), (writes) => checkEpoch(guest, writes)),
          { numRuns: 100 },
        );
      });
    });

    it('finds the pages of several epochs that nobody collected between', () => {
      withGuest(name, {}, (guest) => {
        const first = scattered(pages, 50, 0);
        guest.run(Uint32Array.from(first), first.length);
        const second = scattered(pages, 50, 1);
        guest.run(Uint32Array.from(second), second.length);
        expectCollected(guest, [...first, ...second]);
      });
    });

    it('finds pages on both sides of the hole below 4 GiB', () => {
      withGuest(name, { pages: manyPages }, (guest) => {
        checkEpoch(guest, [0, lastBelowHole, lastBelowHole + 1, manyPages - 1]);
        checkEpoch(guest, [lastBelowHole + 1]);
      });
    });

    it('finds what four vCPUs wrote at once, also the same pages', () => {
      withGuest(name, { vcpus: 4 }, (guest) => {
        for (let epoch = 0; epoch < 20; epoch++) checkEpoch(guest, scattered(pages, 400, epoch));
        for (let epoch = 0; epoch < 20; epoch++) checkEpoch(guest, scattered(8, 400, epoch));
        checkEpoch(guest, [5]);
      });
    });

    it('says how much of a collect went to the kernel', () => {
      withGuest(name, {}, (guest) => {
        checkEpoch(guest, [3]);
        expect(guest.kernelNs).toBeGreaterThan(0);
      });
    });
  });
}

describeWith('kvm-ring', 'a KVM guest with small rings', () => {
  it.each([1, 3])('loses nothing when the rings of %i vCPUs fill several times an epoch', (vcpus) => {
    withGuest('kvm-ring', { ringEntries: 1024, vcpus }, (guest) => {
      for (let epoch = 0; epoch < 4; epoch++) checkEpoch(guest, scattered(pages, 5000, epoch));
      expect(guest.forcedExits).toBeGreaterThan(4);
    });
  });

  it('has no forced exit while the rings have room', () => {
    withGuest('kvm-ring', { ringEntries: 1024 }, (guest) => {
      for (let epoch = 0; epoch < 10; epoch++) checkEpoch(guest, scattered(pages, 300, epoch));
      expect(guest.forcedExits).toBe(0);
    });
  });

  it('refuses a size that KVM does not take, and says which it takes', () => {
    expect(() => openGuest(trackers['kvm-ring'], { pages, ringEntries: 1000 })).toThrow(
      /KVM_ENABLE_CAP of the dirty ring: EINVAL, .*power of two/,
    );
  });
});

describeWith('kvm-null', 'a KVM guest watched by kvm-null', () => {
  it('runs, finds nothing, and takes a call’s time', () => {
    withGuest('kvm-null', {}, (guest) => {
      guest.run(Uint32Array.of(1, 2, 3), 3);
      expectCollected(guest, []);
      expect(guest.kernelNs).toBeGreaterThan(0);
    });
  });
});
