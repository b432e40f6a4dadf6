import { expect, it } from 'vitest';
import type { Guest } from '../../../guests/guest.js';
import { slowed } from '../../../measure/against/slowed.js';

/** A guest whose collects take a millisecond, half of it in the kernel. */
class Slow implements Guest {
  readonly forcedExits = 1;
  readonly unitPages = 512;
  readonly arming = { arm: () => {}, disarm: () => {} };
  #collects = 0;

  run(): void {}

  collect(): number {
    const end = performance.now() + 1;
    while (performance.now() < end);
    return ++this.#collects;
  }

  get kernelNs(): number {
    return this.#collects * 500_000;
  }

  goOn() {
    const turn = () => {};
    return { writes: this.#collects, turn, longestGapNs: () => 0, valueOf: () => 0, close: () => {} };
  }

  close(): void {}
}

it('a slowed guest has all that the guest has, and collects that take longer', () => {
  const guest = new Slow();
  const slow = slowed(guest, 3);
  const begin = performance.now();
  expect(slow.collect(new Uint32Array(1))).toBe(1);
  expect(performance.now() - begin).toBeGreaterThan(2.9);
  expect(slow.kernelNs).toBe(500_000);
  slow.collect(new Uint32Array(1));
  expect(slow.kernelNs).toBe(1_000_000);
  expect(slow).toMatchObject({ forcedExits: 1, unitPages: 512, arming: guest.arming });
  expect(slow.goOn?.(new Uint32Array(1))).toMatchObject({ writes: 2 });
});

it('and lacks what the guest lacks', () => {
  const bare: Guest = { run: () => {}, collect: () => 0, forcedExits: 0, close: () => {} };
  const { kernelNs, unitPages, arming, goOn } = slowed(bare, 2);
  expect([kernelNs, unitPages, arming, goOn]).toEqual([undefined, undefined, undefined, undefined]);
});
