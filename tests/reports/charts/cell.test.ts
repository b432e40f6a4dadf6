import { expect, it } from 'vitest';
import type { Winner } from '../../../reports/analysis/winner.js';
import { drawCell } from '../../../reports/charts/cell.js';

function tiedWith(...ties: string[]): Winner {
  return {
    guest: 'kvm',
    workload: 'uniform',
    cache: 'warm',
    cost: 'collect',
    scheme: 'kvm-ring',
    ...{ vcpus: 1, memoryBytes: 2 ** 30, pagesPerEpoch: 64, withinFloor: false, next: null },
    ...{ medianNs: 100, lowNs: 90, highNs: 110, coverage: 0.95 },
    ties,
  };
}

it('a cell names what it ties with, or says how many those are where their names have no room', () => {
  const textOf = (width: number, ...ties: string[]) => drawCell(tiedWith(...ties), width).text.slice(1);
  expect(textOf(200, 'kvm-bitmap')).toEqual(['= kvm-bitmap']);
  expect(textOf(80, 'kvm-bitmap-initially-set')).toEqual(['= 1 other']);
  expect(textOf(80, 'kvm-bitmap-initially-set', 'kvm-bitmap', 'kvm-flags')).toEqual(['= 3 others']);
});
