import { describe, expect, it } from 'vitest';
import { allocatedBytes, uncounted } from '../../trackers/allocation.js';
import { write } from '../../trackers/conformance.js';
import { findsNothing } from '../../trackers/facts.js';
import { type SoftwareTrackerName, trackers } from '../../trackers/registry.js';

const options = { ringEntries: null };

/** What the declared exceptions to conformance have to do: nothing, whatever is written. */
export function floor(name: SoftwareTrackerName): void {
  const kind = trackers[name];

  describe(name, () => {
    it('is declared to find nothing', () => {
      expect(findsNothing(kind)).toBe(true);
    });

    it('finds nothing, whatever is written, epoch after epoch', () => {
      const tracker = kind.create(1025, options);
      const into = new Uint32Array(1025);
      for (let epoch = 0; epoch < 3; epoch++) {
        write(tracker, [0, 5, 1024, 5]);
        write(tracker, into.keys());
        expect(tracker.collect(into)).toBe(0);
        expect(into.every((page) => page === 0)).toBe(true);
      }
    });

    it('allocates the bytes that the registry states', () => {
      for (const pages of [1024, 1025, 1_048_576, 268_435_456]) {
        expect(
          allocatedBytes(() => kind.create(pages, options)),
          uncounted,
        ).toBe(kind.bytes(pages, options));
      }
    });
  });
}
