import { describe, expect, test } from 'vitest';
import { analyse } from '../../../reports/analysis/analysis.js';
import { jitter, pointOf, resultsOf } from '../fixture.js';

const MiB = 2 ** 20;
const sizes = [64, 512, 4096].map((mebibytes) => mebibytes * MiB);
/** Reads at a byte a nanosecond, over 100 ns; reaches a page in 5 ns. */
const collects: Record<string, (pages: number, dirty: number) => number> = {
  'limit-read': (pages) => 100 + pages,
  'limit-touch': (_, dirty) => 5 * dirty,
  'flag-scan': (pages) => 3 * (100 + pages),
  'bitmap-scan': (pages) => 4 * (100 + pages / 8),
  'flag-queue': (_, dirty) => 10 * dirty,
  'kvm-ring': (_, dirty) => 100 * dirty,
  stranger: () => 1000,
};

const points = sizes.flatMap((memoryBytes) =>
  Object.keys(collects).flatMap((tracker) =>
    [64, 1024].map((pagesPerEpoch) =>
      pointOf({ tracker, guest: tracker === 'kvm-ring' ? 'kvm' : 'simulated', memoryBytes, pagesPerEpoch }),
    ),
  ),
);
const { limits } = analyse(
  resultsOf(points, ({ tracker, memoryBytes, pagesPerEpoch }) => ({
    collectNs: collects[tracker]?.(memoryBytes / 4096, pagesPerEpoch ?? 0) ?? 0,
  })),
);

function ratiosOf(scheme: string): (number | undefined)[] {
  return limits.filter((each) => each.scheme === scheme).map(({ ratio }) => ratio.value);
}

describe('a limit', () => {
  test('of a scan is the reading of its bytes: a byte per page for flags, an eighth for a bitmap', () => {
    expect(limits.find(({ scheme }) => scheme === 'flag-scan')).toMatchObject({ duty: 'read', amount: 16384 });
    expect(limits.find(({ scheme }) => scheme === 'bitmap-scan')).toMatchObject({ duty: 'read', amount: 16384 });
    for (const ratio of ratiosOf('flag-scan')) expect(ratio).toBeCloseTo(3, 2);
    for (const ratio of ratiosOf('bitmap-scan')) expect(ratio).toBeCloseTo(4, 2);
  });

  test('is not made up for more or fewer bytes than were read: a bitmap of the smallest memory has none', () => {
    const memories = limits.filter(({ scheme }) => scheme === 'bitmap-scan').map(({ memoryBytes }) => memoryBytes);
    expect(new Set(memories)).toEqual(new Set(sizes.slice(1)));
  });

  test('of a queue is an access for each dirty page, on a real guest too', () => {
    for (const ratio of ratiosOf('flag-queue')) expect(ratio).toBeCloseTo(2, 2);
    for (const ratio of ratiosOf('kvm-ring')) expect(ratio).toBeCloseTo(20, 2);
    expect(ratiosOf('kvm-ring')).toHaveLength(6);
  });

  test('is not known for a tracker of which nothing is known, nor for a limit itself', () => {
    expect(ratiosOf('stranger')).toEqual([]);
    expect(ratiosOf('limit-read')).toEqual([]);
  });

  test('of a tracker of the user’s own is what its module says', () => {
    const path = './mine.js';
    const own = ['limit-touch', path].map((tracker) => pointOf({ tracker }));
    const limitsWith = (duty?: { kind: 'touch' }) => {
      const header = { modules: [{ axis: 'tracker' as const, path, sha256: '00', ...(duty && { duty }) }] };
      const results = resultsOf(own, ({ tracker }) => ({ collectNs: tracker === path ? 400 : 100 }), { header });
      return analyse(results).limits.map(({ scheme, ratio }) => [scheme, ratio.value]);
    };
    expect(limitsWith({ kind: 'touch' })).toEqual([[path, 4]]);
    expect(limitsWith()).toEqual([]);
  });

  test('holds only under the same conditions', () => {
    const warm = ['limit-touch', 'flag-queue'].map((tracker) =>
      pointOf({ tracker, cache: tracker === 'flag-queue' ? 'warm' : 'l2-cold' }),
    );
    expect(analyse(resultsOf(warm, () => ({ collectNs: 100 }))).limits).toEqual([]);
  });

  test('has a ratio with the bounds that both intervals allow', () => {
    const two = ['limit-touch', 'flag-queue'].map((tracker) => pointOf({ tracker }));
    const [limited] = analyse(
      resultsOf(two, ({ tracker }, round) => ({
        collectNs: (tracker === 'limit-touch' ? 1000 : 3000) * jitter(round, 0.1),
      })),
    ).limits;
    expect(limited?.ratio.value).toBeCloseTo(3, 6);
    expect(limited?.ratio.low).toBeCloseTo((limited?.collect.lowNs ?? 0) / (limited?.limit.highNs ?? 0), 6);
    expect(limited?.ratio.high).toBeCloseTo((limited?.collect.highNs ?? 0) / (limited?.limit.lowNs ?? 0), 6);
    expect(limited?.ratio.low).toBeLessThan(3);
  });
});
