import { expect, it } from 'vitest';
import { approximateAmong } from '../../measure/exactness.js';
import { isContender, roleOf } from '../../reports/analysis/role.js';
import { exactnessOf } from '../../trackers/catalogue.js';
import { trackerNames } from '../../trackers/registry.js';
import { point } from '../results/fixture.js';

it('is exact unless the tracker says otherwise', () => {
  expect(exactnessOf('flag-queue')).toBe('exact');
  expect(exactnessOf('pagemap-scan')).toBe('exact');
  expect(exactnessOf('pagemap-anon')).toBe('cumulative');
  expect(exactnessOf('mincore')).toBe('cumulative');
  expect(exactnessOf('of another version')).toBe('exact');
});

it('lists the approximate trackers of a sweep, each once', () => {
  const points = ['flag-queue', 'pagemap-anon', 'pagemap-anon'].map((tracker) => ({ ...point, tracker }));
  expect(approximateAmong(points)).toEqual([{ tracker: 'pagemap-anon', exactness: 'cumulative' }]);
});

it('is what the report sets apart: it compares none of those that find more than was written', () => {
  for (const tracker of trackerNames.filter((name) => roleOf(name) === 'scheme')) {
    expect(isContender({ tracker })).toBe(exactnessOf(tracker) === 'exact');
  }
});
