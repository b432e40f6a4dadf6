import { expect, it } from 'vitest';
import { differencesBetween } from '../../../../reports/analysis/compare/differences.js';
import type { Axes, Series } from '../../../../reports/analysis/compare/series.js';

function seriesOf(conditions: Axes): Series {
  return { metric: 'collect', subject: 'kvm-ring', axes: {}, conditions, values: [1], withinFloor: false };
}

it('two runs differ in the conditions of every point that they have in common, each difference named once', () => {
  const conditions: [Axes, Axes][] = [
    [
      { epochs: 100, seed: 1 },
      { epochs: 200, seed: 1 },
    ],
    [
      { epochs: 100, seed: 1 },
      { epochs: 100, seed: 2 },
    ],
    [
      { epochs: 20, seed: 1 },
      { epochs: 40, seed: 1 },
    ],
    [
      { epochs: 100, seed: 1 },
      { epochs: 200, seed: 2 },
    ],
    [
      { epochs: 7, seed: 7 },
      { epochs: 7, seed: 7 },
    ],
  ];
  const matched = conditions.map(([base, other]) => ({ base: seriesOf(base), other: seriesOf(other) }));
  expect(differencesBetween({ cpu: 'one' }, { cpu: 'other' }, matched)).toEqual([
    { what: 'cpu', base: 'one', new: 'other' },
    { what: 'epochs', base: '100', new: '200' },
    { what: 'seed', base: '1', new: '2' },
    { what: 'epochs', base: '20', new: '40' },
  ]);
});
