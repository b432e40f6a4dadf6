import { expect, it } from 'vitest';
import { analyse } from '../../../reports/analysis/analysis.js';
import { pointRows } from '../../../reports/export/point-row.js';
import { roundRows } from '../../../reports/export/round-row.js';
import { runningSection } from '../../../reports/markdown/running.js';
import { headerOf, point, roundOf } from '../../results/fixture.js';

const running = {
  ...{ collects: 20, collectNs: 2e6, beforePerSecond: 4e6, duringPerSecond: 1e6 },
  ...{ gapBetweenNs: 3000, gapDuringNs: 500_000, longestGapNs: 7e6 },
};

function resultsWith(collected: boolean) {
  const header = headerOf([{ ...point, guest: 'process', tracker: 'pagemap-scan' }]);
  const rounds = [0, 1, 2].map((round) => roundOf({ round, ...(collected ? { running } : {}) }));
  return { header, rounds, hosts: [], isolation: [], wrongSets: [], warnings: [] };
}

it('says what is left of the guest’s writes while it is collected, and its longest gap', () => {
  const text = runningSection.write({ analysis: analyse(resultsWith(true)), pictures: [] }) ?? '';
  expect(text).toMatch(/`pagemap-scan` .*\| +2 ms .*\| +4M \| +25 % \| +3 µs \| +500 µs .*\| +7 ms \|/);
});

it('is left out where every guest stood still', () => {
  expect(runningSection.write({ analysis: analyse(resultsWith(false)), pictures: [] })).toBeNull();
});

it('exports have the collect, the gap and the rates', () => {
  const file = { kind: 'results' as const, of: resultsWith(true) };
  const rates = pointRows(file).filter(({ metric }) => metric.startsWith('running.'));
  expect(rates.map(({ metric, value }) => [metric, value])).toEqual([
    ['running.collect', 2e6],
    ['running.gap', 500_000],
    ['running.before', 4e6],
    ['running.during', 1e6],
  ]);
  expect(roundRows(file)[0]).toMatchObject({ runningCollects: 20, runningLongestGapNs: 7e6 });
});
