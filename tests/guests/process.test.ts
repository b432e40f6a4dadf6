import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Guest } from '../../guests/guest.js';
import { openGuest } from '../../guests/registry.js';
import { exactnessOf } from '../../trackers/catalogue.js';
import { findsNothing } from '../../trackers/facts.js';
import { type TrackerName, trackerNames, trackers } from '../../trackers/registry.js';
import { checkEpoch, expectCollected, scattered } from './epochs.js';
import { describeWith } from './mechanism.js';

const all = trackerNames.filter((name) => trackers[name].guest === 'process' && !findsNothing(trackers[name]));
const finders = all.filter((name) => exactnessOf(name) === 'exact');
const cumulative = all.filter((name) => exactnessOf(name) === 'cumulative');
const pages = 16384;

function withGuest(name: TrackerName, guestPages: number, use: (guest: Guest) => void): void {
  const guest = openGuest(trackers[name], { pages: guestPages, ringEntries: null });
  try {
    use(guest);
  } finally {
    guest.close();
  }
}

for (const name of finders) {
  describeWith(name, `a process guest watched by ${name}`, () => {
    it('finds what was written, each page once, and nothing that was not', () => {
      withGuest(name, pages, (guest) => {
        checkEpoch(guest, [0, 1, 31, 32, 63, 64, pages - 1, 0, 64]);
        checkEpoch(guest, []);
        checkEpoch(guest, [pages - 1]);
      });
    });

    it('finds random sets epoch after epoch', () => {
      withGuest(name, pages, (guest) => {
        fc.assert(
          fc.property(fc.array(fc.nat(pages - 1), { maxLength: 100 }), (writes) => checkEpoch(guest, writes)),
          { numRuns: 50 },
        );
      });
    });

    it('finds the pages of several epochs that nobody collected between', () => {
      withGuest(name, pages, (guest) => {
        const [first, second] = [scattered(pages, 50, 0), scattered(pages, 50, 1)];
        for (const writes of [first, second]) guest.run(Uint32Array.from(writes), writes.length);
        expectCollected(guest, [...first, ...second]);
      });
    });

    it('finds more separate runs of pages than one call can list', () => {
      withGuest(name, 65_536, (guest) => {
        const everyOther = Array.from({ length: 20_000 }, (_, i) => 2 * i);
        checkEpoch(guest, everyOther);
        checkEpoch(guest, [65_535]);
      });
    });

    it('finds pages beyond 4 GiB', () => {
      const many = 1_310_720;
      withGuest(name, many, (guest) => {
        checkEpoch(guest, [0, 262_143, 262_144, 1_048_575, 1_048_576, many - 1]);
        checkEpoch(guest, [many - 1]);
      });
    });

    it('says how much of a collect went to the kernel', () => {
      withGuest(name, pages, (guest) => {
        checkEpoch(guest, [3]);
        expect(guest.kernelNs).toBeGreaterThan(0);
      });
    });
  });
}

for (const name of cumulative) {
  describeWith(name, `a process guest watched by ${name}`, () => {
    it('finds every page that was ever written, each once, and forgets none', () => {
      withGuest(name, pages, (guest) => {
        const epochs = [[0, 1, 31, 32, 63, 64, pages - 1, 0, 64], [], [pages - 1, 7]];
        epochs.forEach((writes, epoch) => {
          guest.run(Uint32Array.from(writes), writes.length);
          expectCollected(guest, epochs.slice(0, epoch + 1).flat());
        });
      });
    });

    it('finds every page of random sets, epoch after epoch', () => {
      withGuest(name, pages, (guest) => {
        const ever = new Set<number>();
        fc.assert(
          fc.property(fc.array(fc.nat(pages - 1), { maxLength: 100 }), (writes) => {
            for (const page of writes) ever.add(page);
            guest.run(Uint32Array.from(writes), writes.length);
            expectCollected(guest, [...ever]);
          }),
          { numRuns: 50 },
        );
      });
    });

    it('finds pages beyond 4 GiB', () => {
      const many = 1_310_720;
      withGuest(name, many, (guest) => checkEpoch(guest, [0, 262_143, 262_144, 1_048_575, 1_048_576, many - 1]));
    });

    it('says how much of a collect went to the kernel', () => {
      withGuest(name, pages, (guest) => {
        checkEpoch(guest, [3]);
        expect(guest.kernelNs).toBeGreaterThan(0);
      });
    });
  });
}

describeWith('process-null', 'a process guest watched by process-null', () => {
  it('finds nothing, and takes a call’s time', () => {
    withGuest('process-null', pages, (guest) => {
      guest.run(Uint32Array.of(1, 2, 3), 3);
      expectCollected(guest, []);
      expect(guest.kernelNs).toBeGreaterThan(0);
    });
  });
});
