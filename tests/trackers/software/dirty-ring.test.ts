import { describe, expect, it } from 'vitest';
import { trackers } from '../../../trackers/registry.js';
import { DirtyRing } from '../../../trackers/software/dirty-ring.js';
import { TrackerError } from '../../../trackers/tracker.js';
import { capacity } from '../capacity.js';
import { conformance } from '../conformance.js';

conformance('dirty-ring');
conformance('dirty-ring', { ringEntries: 256 });
capacity(256 - 64, (pages) => new DirtyRing(pages, 256));
capacity(65_536 - 64, (pages) => new DirtyRing(pages, DirtyRing.defaultEntries));

describe('the size of a dirty ring', () => {
  it.each([0, 1, 128, 255, 1000, 4096.5, 131_072, Number.NaN])(
    'cannot be %d, and says what it can be',
    (ringEntries) => {
      const message = `a dirty ring of ${ringEntries} entries: the size is a power of two from 256 to 65536`;
      expect(() => trackers['dirty-ring'].create(1024, { ringEntries })).toThrow(new TrackerError(message));
      expect(() => trackers['dirty-ring'].bytes(1024, { ringEntries })).toThrow(new TrackerError(message));
    },
  );

  it.each([256, 1024, 65_536])('can be %d', (ringEntries) => {
    expect(() => trackers['dirty-ring'].create(1024, { ringEntries })).not.toThrow();
  });
});
