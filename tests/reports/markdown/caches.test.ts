import { describe, expect, it } from 'vitest';
import { analyse } from '../../../reports/analysis/analysis.js';
import { cachesSection } from '../../../reports/markdown/caches.js';
import { cacheStates } from '../../../results/cache.js';
import { pointOf, resultsOf } from '../fixture.js';

const GiB = 2 ** 30;
const took = { warm: 1_000, 'l2-cold': 20_000, dram: 300_000 };

describe('the section of caches', () => {
  it('has a row for each tracker and memory, with what each cache makes of it', () => {
    const points = cacheStates.flatMap((cache) => [
      pointOf({ tracker: 'flag-scan', cache, memoryBytes: GiB }),
      pointOf({ tracker: 'flag-queue', cache, memoryBytes: GiB }),
    ]);
    const analysis = analyse(resultsOf(points, ({ cache }) => ({ collectNs: took[cache] })));
    const text = cachesSection.write({ analysis, pictures: [] });
    expect(text).toMatch(/tracker +\| +memory \| +warm cache \| +L2-cold cache \| +caches displaced to memory/);
    expect(text).toMatch(/`flag-scan` +\| +1G \| +1 µs \| +20 µs \| +300 µs/);
  });

  it('is left out where all points have the same cache', () => {
    const analysis = analyse(resultsOf([pointOf({ tracker: 'flag-scan' })], () => ({ collectNs: 100 })));
    expect(cachesSection.write({ analysis, pictures: [] })).toBeNull();
  });
});
