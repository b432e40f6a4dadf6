import { describe, expect, it } from 'vitest';
import { availability } from '../../guests/availability.js';
import { openGuest } from '../../guests/registry.js';
import { backedMemory, transparentBytes } from '../../kernel/backing.js';
import { KernelError } from '../../kernel/error.js';
import { Mapping } from '../../kernel/memory.js';
import { exactnessOf } from '../../trackers/catalogue.js';
import { findsNothing } from '../../trackers/facts.js';
import { type TrackerName, trackerNames, trackers } from '../../trackers/registry.js';
import { checkEpoch, scattered } from './epochs.js';

const pages = 16384;
const real = trackerNames.filter((name) => trackers[name].guest !== 'simulated' && exactnessOf(name) === 'exact');

function works(tracker: TrackerName, backing: '4k' | 'thp' | 'hugetlb'): boolean {
  return availability(trackers[tracker], backing).works;
}

/** All pages of the huge pages in which these are. */
function wholeUnits(written: readonly number[], unitPages: number): number[] {
  const firsts = new Set(written.map((page) => page - (page % unitPages)));
  return [...firsts].flatMap((first) => Array.from({ length: unitPages }, (_, i) => first + i));
}

for (const backing of ['thp', 'hugetlb'] as const) {
  for (const name of real.filter((tracker) => !findsNothing(trackers[tracker]))) {
    describe.skipIf(!works(name, backing))(`${name} on memory in ${backing}`, () => {
      it('finds what was written epoch after epoch, whole huge pages only where these are never split', () => {
        const guest = openGuest(trackers[name], { pages, ringEntries: null, backing });
        try {
          const { unitPages = 1 } = guest;
          expect(unitPages).toBe(backing === 'hugetlb' && trackers[name].guest === 'process' ? 512 : 1);
          for (const epoch of [0, 1, 2]) {
            const written = [0, pages - 1, ...scattered(pages, 20, epoch)];
            guest.run(Uint32Array.from(written), written.length);
            const into = new Uint32Array(pages + 64);
            const found = [...into.subarray(0, guest.collect(into))].sort((a, b) => a - b);
            expect(found).toEqual([...new Set(wholeUnits(written, unitPages))].sort((a, b) => a - b));
          }
          if (unitPages === 1) checkEpoch(guest, []);
        } finally {
          guest.close();
        }
      });
    });
  }
}

describe.skipIf(!works('process-null', 'thp'))('memory in transparent huge pages', () => {
  it('begins at a huge page and is in huge pages from the start', () => {
    const memory = backedMemory(64 * 2 ** 20, 'thp');
    try {
      expect(memory.address % 2 ** 21).toBe(0);
      expect(transparentBytes(memory)).toBeGreaterThan(0.9 * memory.bytes);
    } finally {
      memory.close();
    }
  });
});

describe('huge pages that are not there', () => {
  it('are refused with what sets them aside', () => {
    expect(() => Mapping.huge(2 ** 46)).toThrow(KernelError);
    expect(() => Mapping.huge(2 ** 46)).toThrow(/huge pages.*what helps: .*(nr_hugepages|CONFIG_HUGETLBFS)/);
  });
});
