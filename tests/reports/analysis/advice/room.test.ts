import { describe, expect, it } from 'vitest';
import { roomOf } from '../../../../reports/analysis/advice/room.js';
import { isContender } from '../../../../reports/analysis/role.js';
import { knownFacts } from '../../../../trackers/catalogue.js';
import { trackerNames, trackers } from '../../../../trackers/registry.js';

const compared = trackerNames.filter((tracker) => isContender({ tracker }));

/** What a WebAssembly memory grows by. */
const wasmPage = 2 ** 16;
/** What is told of those with threads is for four, of which this machine may have fewer. */
const threadsRoom = 2 ** 20;

describe('the memory that a scheme needs', () => {
  it.each(compared)('is what %s says of itself, at any size of guest', (tracker) => {
    for (const pages of [2 ** 17, 3 * 2 ** 18, 2 ** 20, 2 ** 28]) {
      const own = trackers[tracker].bytes(pages, { ringEntries: null, vcpus: 1 });
      expect(roomOf(tracker, pages) ?? 0).toBeGreaterThan(own * 0.99 - wasmPage);
      const spare = knownFacts(tracker)?.exclusive ? threadsRoom : wasmPage;
      expect(roomOf(tracker, pages) ?? 0).toBeLessThan(own * 1.01 + spare);
    }
  });

  it('is not known of a tracker from elsewhere', () => {
    expect(roomOf('toString', 1)).toBeNull();
  });
});
