import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AdaptivePolling } from '../../../replication/wire/polling.js';

test('the window doubles while messages come soon after it has ended, and no further than it may', () => {
  const polling = new AdaptivePolling(70);
  const windows = Array.from({ length: 5 }, () => {
    polling.waited(polling.windowNs + 1, true);
    return polling.windowNs;
  });
  expect(windows).toEqual([10_000, 20_000, 40_000, 70_000, 0]);
});

test('a window in which messages come stays as it is', () => {
  const polling = new AdaptivePolling(100);
  polling.waited(5000, true);
  for (let i = 0; i < 10; i++) polling.waited(9000, true);
  expect(polling.windowNs).toBe(10_000);
});

test('a wait in which nothing came does not lengthen the window', () => {
  const polling = new AdaptivePolling(100);
  polling.waited(5000, true);
  polling.waited(11_000, false);
  expect(polling.windowNs).toBe(10_000);
});

test('whatever comes when, no window is longer than it may be, and a wait beyond that closes it', () => {
  fc.assert(
    fc.property(fc.nat(500), fc.array(fc.tuple(fc.nat(1_000_000), fc.boolean())), (mostUs, waits) => {
      const polling = new AdaptivePolling(mostUs);
      for (const [ns, came] of waits) {
        polling.waited(ns, came);
        expect(polling.windowNs).toBeLessThanOrEqual(mostUs * 1000);
        if (ns > mostUs * 1000) expect(polling.windowNs).toBe(0);
      }
    }),
  );
});
