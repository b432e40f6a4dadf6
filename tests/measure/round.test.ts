import { afterEach, describe, expect, it, vi } from 'vitest';
import { availability } from '../../guests/availability.js';
import { Footprint } from '../../measure/footprint.js';
import { roundSeed, runRound } from '../../measure/round.js';
import { warmup } from '../../measure/warmup.js';
import type { Point } from '../../results/schema.js';
import { type SoftwareTrackerKind, trackerNames, trackers } from '../../trackers/registry.js';
import { FlagQueue } from '../../trackers/software/flag-queue.js';
import type { UnboundedTracker } from '../../trackers/tracker.js';
import { point } from '../results/fixture.js';

const small: Point = { ...point, memoryBytes: 4 * 2 ** 20, epochs: 50 };

function runWith(tracker: UnboundedTracker, changes: Partial<Point> = {}) {
  const kind: SoftwareTrackerKind = {
    ...trackers['flag-queue'],
    guest: 'simulated',
    bytes: () => 0,
    create: () => tracker,
  };
  return runRound({ point: { ...small, ...changes }, round: 0, footprintBytes: 4096 }, kind);
}

/** Right, but for one page that it forgets in one epoch. */
class Forgetful extends FlagQueue {
  #collects = 0;

  override collect(into: Uint32Array): number {
    const found = super.collect(into);
    return ++this.#collects === 23 ? found - 1 : found;
  }
}

afterEach(() => vi.restoreAllMocks());

describe('a round', () => {
  it('counts every measured epoch and nothing of the warm-up', () => {
    const measured = runWith(new FlagQueue(1024));
    expect(measured).toMatchObject({
      epochs: 50,
      writes: 50 * 64,
      dirtyPages: 50 * 64,
      forcedExits: 0,
      kernelNs: null,
    });
    expect(measured.collectNs).toHaveLength(50);
    expect(measured.runNs).toHaveLength(50);
  });

  it('gives every tracker the same writes', () => {
    const hashes = trackerNames
      .filter((name) => trackers[name].guest === 'simulated' && availability(trackers[name]).works)
      .map(
        (tracker) =>
          runRound({ point: { ...small, tracker }, round: 0, footprintBytes: 4096 }, trackers[tracker]).writesHash,
      );
    expect(hashes.length).toBeGreaterThan(2);
    expect(new Set(hashes).size).toBe(1);
  });

  it('writes other pages in another round and with another seed', () => {
    const seeds = [roundSeed(1, 0), roundSeed(1, 1), roundSeed(2, 0), roundSeed(2, 1), roundSeed(0, 0)];
    expect(new Set(seeds).size).toBe(seeds.length);
  });

  it('ends at a tracker that loses a page, and names the epoch', () => {
    expect(() => runWith(new Forgetful(1024))).toThrow('warm-up epoch 23: 63 pages found where 64 were written');
  });

  it('displaces the caches between run and collect when they are to be cold, and only then', () => {
    const order: string[] = [];
    vi.spyOn(Footprint.prototype, 'touch').mockImplementation(() => void order.push('touch'));
    class Watched extends FlagQueue {
      override collect(into: Uint32Array): number {
        order.push('collect');
        return super.collect(into);
      }
    }
    runWith(new Watched(1024), { cache: 'l2-cold' });
    const measured = order.slice(-2 * small.epochs);
    expect(measured.filter((what, i) => what !== (i % 2 === 0 ? 'touch' : 'collect'))).toEqual([]);
    // Of the warm-up, the first epochs alone, so that there is time for many.
    expect(order.filter((what) => what === 'touch')).toHaveLength(warmup.displaced + small.epochs);

    order.length = 0;
    runWith(new Watched(1024), { cache: 'warm' });
    expect(order).not.toContain('touch');
  });

  it('closes its guest, also after an error', () => {
    let closed = 0;
    const close = () => void closed++;
    runWith(Object.assign(new FlagQueue(1024), { close }));
    expect(() => runWith(Object.assign(new Forgetful(1024), { close }))).toThrow();
    expect(closed).toBe(2);
  });
});
