import { expect, it } from 'vitest';
import { trackers } from '../../trackers/registry.js';
import { allocatedBytes } from './allocation.js';
import { write } from './conformance.js';

// The one tracker that does not conform: it is there to find nothing.
it('finds nothing, whatever is written', () => {
  const tracker = trackers.null.create(1024, { ringEntries: null });
  write(tracker, [0, 5, 1023]);
  expect(tracker.collect(new Uint32Array(3))).toBe(0);
});

it('allocates nothing', () => {
  const options = { ringEntries: null };
  expect(trackers.null.bytes(268_435_456, options)).toBe(0);
  expect(allocatedBytes(() => trackers.null.create(268_435_456, options))).toBe(0);
});
