import { expect, it } from 'vitest';
import { analyse } from '../../../reports/analysis/analysis.js';
import { snapshotsSection } from '../../../reports/markdown/snapshots.js';
import type { CacheState } from '../../../results/cache.js';
import type { Results } from '../../../results/schema.js';
import { headerOf, point, roundOf } from '../../results/fixture.js';

function sectionOf(trackers: readonly string[], caches: readonly CacheState[] = ['warm']): string | null {
  const points = caches.flatMap((cache) => trackers.map((tracker) => ({ ...point, guest: 'process', tracker, cache })));
  const rounds = points.map(({ tracker }, index) =>
    roundOf({ point: index, reportedPages: tracker === 'mincore' ? 128_000 : 6400 }),
  );
  const approximate: NonNullable<Results['header']['approximate']> = [{ tracker: 'mincore', exactness: 'cumulative' }];
  const header = headerOf(points, trackers.includes('mincore') ? { approximate } : {});
  const analysis = analyse({ header, rounds, hosts: [], isolation: [], wrongSets: [], warnings: [] });
  return snapshotsSection.write({ analysis, pictures: [] });
}

it('says of each tracker what it finds for each page written, and what a snapshot of that would write', () => {
  const text = sectionOf(['pagemap-scan', 'mincore']);
  expect(text).toContain('With `mincore` a snapshot of 512M would write 20x what was written');
  expect(text).toMatch(/`pagemap-scan` .*\| +exact \| +256 KiB \|/);
  expect(text).toMatch(/`mincore` .*\| +cumulative, 20x \| +5 MiB \|/);
});

it('has a table for each setting', () => {
  const text = sectionOf(['pagemap-scan', 'mincore'], ['warm', 'l2-cold']) ?? '';
  expect(text.match(/^Measured on the process guest, .*:$/gm)).toEqual([
    'Measured on the process guest, uniform writes, warm cache:',
    'Measured on the process guest, uniform writes, L2-cold cache:',
  ]);
  expect(text.match(/^\| memory /gm)).toHaveLength(2);
  expect(text.match(/`mincore` .*\|$/gm)).toHaveLength(2);
});

it('is left out where every tracker finds just what was written', () => {
  expect(sectionOf(['pagemap-scan'])).toBeNull();
});
