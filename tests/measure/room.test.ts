import { describe, expect, it } from 'vitest';
import { lackOfRoom, roundBytes, workersWithRoom } from '../../measure/room.js';
import { point } from '../results/fixture.js';

const huge = { ...point, tracker: 'flag-scan', memoryBytes: 2 ** 40 };
const need = roundBytes(huge);

describe('room', () => {
  it('is for as many workers as memory holds', () => {
    expect(workersWithRoom([point, huge], 4, need * 4)).toBe(4);
    expect(workersWithRoom([point, huge], 4, need * 3 - 1)).toBe(2);
    expect(workersWithRoom([point], 4, need * 3 - 1)).toBe(4);
  });

  it('is refused where not even one worker has it, with bytes wanted and there', () => {
    expect(() => workersWithRoom([point, huge], 2, 100 * 2 ** 20)).toThrow(
      /'flag-scan' with workload 'uniform' at 1T of guest memory needs \d+ MiB, and 100 MiB are free/,
    );
  });

  it('for a recording is that of the pages that it writes, and not of all memory', () => {
    const recorded = { ...point, tracker: 'kvm-ring', guest: 'kvm', workload: 'trace:redis-set', pagesPerEpoch: null };
    expect(roundBytes({ ...recorded, memoryBytes: 2 ** 36 })).toBeLessThan(2 ** 32);
  });

  it('is lacking for a point that needs more memory than the machine has', () => {
    expect(lackOfRoom(huge, need - 1)).toMatch(/^it needs \d+ MiB, and there are \d+ MiB here$/);
    expect(lackOfRoom(huge, need)).toBeNull();
  });

  it('is for all guests of a host', () => {
    expect(roundBytes({ ...huge, guests: 4 })).toBe(4 * need);
  });

  it('is for all pages that are found with those written, where they can only be found together', () => {
    const process = { ...point, tracker: 'pagemap-scan', guest: 'process', memoryBytes: 2 ** 30, pagesPerEpoch: 1000 };
    const more = roundBytes({ ...process, backing: 'hugetlb' }) - roundBytes({ ...process, backing: 'thp' });
    // Each page of the guest in its list and in two sets, with at least twice the slots, of eight bytes.
    expect(more).toBeGreaterThan(0.9 * (2 ** 30 / 4096) * (4 + 2 * 16));
    expect(more).toBeLessThan(2 ** 25);
  });

  it('counts at least the state of the tracker', () => {
    expect(need).toBeGreaterThan(2 ** 40 / 4096);
  });
});
