import { expect, it } from 'vitest';
import { analyse } from '../../../reports/analysis/analysis.js';
import { noiseSection } from '../../../reports/markdown/noise.js';
import type { Isolation, Results } from '../../../results/schema.js';
import { pointOf, resultsOf } from '../fixture.js';

const points = ['flag-queue', 'flag-scan'].map((tracker) => pointOf({ tracker }));
const alone = resultsOf(points, () => ({ collectNs: 100 }));
const beside: Results = { ...alone, rounds: alone.rounds.map((round) => ({ ...round, beside: true })) };
const same: Isolation = {
  kind: 'isolation',
  tracker: 'flag-queue',
  point: 0,
  workers: 2,
  measured: 'beside',
  why: 'same',
  aloneNs: [100, 100, 100],
  besideNs: [100, 100, 100],
};
const written = (results: Results) => noiseSection.write({ analysis: analyse(results), pictures: [] });

it('says that nothing was beside a round only where that is so', () => {
  const nothing = 'one round was measured at a time, with nothing of this run beside it';
  expect(written(alone)).toContain(nothing);
  expect(written(beside)).not.toContain(nothing);
  expect(written(beside)).toContain(
    'measured beside others, and it was not checked whether they take the same alone: `flag-queue`, `flag-scan`.',
  );
});

it('names the trackers that were not checked beside those that were', () => {
  const text = written({ ...beside, isolation: [same] });
  expect(text).toContain(
    'Others were measured beside others, and it was not checked whether they take the same alone: `flag-scan`.',
  );
  expect(written({ ...alone, isolation: [same] })).not.toContain('it was not checked');
});
