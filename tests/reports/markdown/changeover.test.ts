import { describe, expect, it } from 'vitest';
import type { Crossing } from '../../../reports/analysis/crossover.js';
import { changeovers } from '../../../reports/markdown/changeover.js';
import { sampleAnalysis, sampleWithLimits } from '../sample.js';

const analysis = sampleAnalysis(sampleWithLimits);

/** The sentence on the queue and the scan of flags where they cross so. */
function told(crossings: readonly Crossing[]): string[] {
  const [found] = analysis.crossovers.filter(
    ({ along, cost, first, second }) =>
      along === 'pages' && cost === 'collect' && [first, second].sort().join() === 'flag-queue,flag-scan',
  );
  if (found === undefined) throw new Error('the sample has both');
  const crossover = { ...found, outcome: { kind: 'crosses' as const, crossings } };
  return changeovers({ ...analysis, crossovers: [crossover] }, 'simulated');
}

const toQueue = { below: 'flag-scan', above: 'flag-queue', mostRatioBelow: 2, mostRatioAbove: 3 };
const toScan = { below: 'flag-queue', above: 'flag-scan', mostRatioBelow: 3, mostRatioAbove: 4 };
const around = (at: number) => ({ at, after: at / 2, before: at * 2 });

describe('where the queue stops being the better way', () => {
  it('is said of one crossing in either direction', () => {
    expect(told([{ ...around(100), ...toScan }])).toEqual([
      'In 64M of memory, on detection alone, `flag-queue` wins up to about 100 dirty pages, by up to 3.0x; beyond that `flag-scan` does, by up to 4.0x.',
    ]);
    expect(told([{ ...around(10), ...toQueue }])[0]).toContain(
      '`flag-scan` wins up to about 10 dirty pages, by up to 2.0x; beyond that `flag-queue` does, by up to 3.0x.',
    );
  });

  it('is said of each part where the lead changes several times', () => {
    expect(
      told([
        { ...around(10), ...toQueue },
        { ...around(100), ...toScan },
      ])[0],
    ).toContain(
      '`flag-scan` wins up to about 10 dirty pages, by up to 2.0x; then `flag-queue` up to about 100, by up to 3.0x; beyond that `flag-scan` does, by up to 4.0x.',
    );
  });
});
