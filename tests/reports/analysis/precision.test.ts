import { expect, it } from 'vitest';
import { precisionOf } from '../../../reports/analysis/precision.js';
import type { Results } from '../../../results/schema.js';
import { headerOf, point, roundOf } from '../../results/fixture.js';

const rounds = [roundOf(), roundOf({ round: 1 })];
const exact: Results = { header: headerOf([point]), rounds, hosts: [], isolation: [], wrongSets: [], warnings: [] };
const approximate: NonNullable<Results['header']['approximate']> = [{ tracker: 'mincore', exactness: 'cumulative' }];
const results: Results = { ...exact, header: { ...exact.header, approximate } };

it('is pages found for each page written, and what a snapshot of them would write', () => {
  const found = rounds.map((round) => ({ ...round, epochs: 10, dirtyPages: 40, reportedPages: 1000 }));
  expect(precisionOf(results, 'mincore', found)).toEqual({
    exactness: 'cumulative',
    reportedPages: 100,
    perWritten: 25,
    snapshotBytes: 409_600,
  });
});

it('is 1 of files of before pages found were kept', () => {
  expect(precisionOf(exact, 'pagemap-scan', rounds)).toMatchObject({ exactness: 'exact', perWritten: 1 });
});

it('is none of what finds nothing on purpose', () => {
  expect(precisionOf(exact, 'process-null', rounds)).toBeNull();
  expect(precisionOf(exact, 'limit-read', rounds)).toBeNull();
});
