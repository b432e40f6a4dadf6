import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type Backing, otherBackings } from '../../base/backing.js';
import { availability } from '../../guests/availability.js';
import { openGuest } from '../../guests/registry.js';
import { backedMemory, transparentBytes } from '../../kernel/backing.js';
import { KernelError } from '../../kernel/error.js';
import { Mapping, Pages } from '../../kernel/memory.js';
import { exactnessOf } from '../../trackers/catalogue.js';
import { findsNothing } from '../../trackers/facts.js';
import { type TrackerName, trackerNames, trackers } from '../../trackers/registry.js';
import { checkEpoch, scattered } from './epochs.js';

const pages = 16384;
const real = trackerNames.filter((name) => trackers[name].guest !== 'simulated' && exactnessOf(name) === 'exact');

function works(tracker: TrackerName, backing: Backing): boolean {
  return availability(trackers[tracker], backing).works;
}

/** All pages of the huge pages in which these are. */
function wholeUnits(written: readonly number[], unitPages: number): number[] {
  const firsts = new Set(written.map((page) => page - (page % unitPages)));
  return [...firsts].flatMap((first) => Array.from({ length: unitPages }, (_, i) => first + i));
}

for (const backing of otherBackings) {
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

describe.skipIf(!works('process-null', 'file'))('memory that is a private copy of a file', () => {
  it('leaves neither a file nor a descriptor, open or closed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'dirtybench-backing-'));
    vi.stubEnv('TMPDIR', folder);
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    try {
      const memory = backedMemory(64 * 2 ** 20, 'file');
      expect([readdirSync(folder), open()]).toEqual([[], before]);
      memory.close();
      expect([readdirSync(folder), open()]).toEqual([[], before]);
    } finally {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true });
    }
  });

  it('is zero until it is written, and then what was written', () => {
    const memory = backedMemory(64 * 2 ** 20, 'file');
    try {
      const content = new Pages(memory);
      content.touch(Uint32Array.of(3), 1, 7);
      expect([2, 3, 4].map((page) => content.valueOf(page))).toEqual([0, 7, 0]);
    } finally {
      memory.close();
    }
  });

  it('gives mincore what was written at the least, and pagemap-anon just that', () => {
    const found = (name: TrackerName) => {
      const guest = openGuest(trackers[name], { pages, ringEntries: null, backing: 'file' });
      try {
        guest.run(Uint32Array.of(64, 9000), 2);
        return guest.collect(new Uint32Array(pages));
      } finally {
        guest.close();
      }
    };
    expect(found('pagemap-anon')).toBe(2);
    expect(found('mincore')).toBeGreaterThanOrEqual(2);
  });

  it.skipIf(!works('uffd-queue', '4k') || works('uffd-queue', 'file'))(
    'lets no write wait, unless the file is in memory',
    () => {
      expect(availability(trackers['uffd-queue'], 'file')).toMatchObject({
        why: expect.stringContaining('lets a write to a file on disk pass'),
        remedy: 'a file in memory (TMPDIR=/dev/shm)',
      });
      vi.stubEnv('TMPDIR', '/dev/shm');
      try {
        expect(works('uffd-queue', 'file')).toBe(true);
      } finally {
        vi.unstubAllEnvs();
      }
    },
  );

  it('says which folder it could not be made in', () => {
    vi.stubEnv('TMPDIR', '/nowhere/at/all');
    try {
      expect(() => backedMemory(2 ** 20, 'file')).toThrow(
        'a file in /nowhere/at/all: ENOENT, no such file or directory; what helps: TMPDIR, a folder that can be written',
      );
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe('huge pages that are not there', () => {
  it('are refused with what sets them aside', () => {
    expect(() => Mapping.huge(2 ** 46)).toThrow(KernelError);
    expect(() => Mapping.huge(2 ** 46)).toThrow(/huge pages.*what helps: .*(nr_hugepages|CONFIG_HUGETLBFS)/);
  });
});
