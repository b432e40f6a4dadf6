import { expect, it } from 'vitest';
import { analyse } from '../../../reports/analysis/analysis.js';
import { snapshotsSection } from '../../../reports/markdown/snapshots.js';
import type { Results } from '../../../results/schema.js';
import { headerOf, point, roundOf } from '../../results/fixture.js';

function sectionOf(trackers: readonly string[]): string | null {
  const points = trackers.map((tracker) => ({ ...point, guest: 'process', tracker }));
  const rounds = trackers.map((tracker, index) =>
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

it('is left out where every tracker finds just what was written', () => {
  expect(sectionOf(['pagemap-scan'])).toBeNull();
});
