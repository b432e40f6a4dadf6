import { describe, expect, test } from 'vitest';
import { analyse } from '../../../reports/analysis/analysis.js';
import { jitter, pointOf, resultsOf } from '../fixture.js';

const points = [
  pointOf({ guest: 'kvm', tracker: 'kvm-null' }),
  pointOf({ guest: 'kvm', tracker: 'kvm-ring' }),
  pointOf({ guest: 'kvm', tracker: 'kvm-bitmap' }),
  pointOf({ guest: 'kvm', tracker: 'kvm-ring', pagesPerEpoch: 1024 }),
  pointOf({ guest: 'process', tracker: 'uffd-queue' }),
];
const runs: Record<string, number> = { 'kvm-null': 50_000, 'kvm-ring': 82_000, 'kvm-bitmap': 50_500, 'uffd-queue': 9 };
const { writing } = analyse(
  resultsOf(points, ({ tracker }, round) => ({ collectNs: 500, runNs: (runs[tracker] ?? 0) * jitter(round, 0.05) })),
);

describe('what tracking charges the running guest', () => {
  test('is the time of its writes less that of the floor tracker of the same guest at the same cell', () => {
    expect(writing.map(({ scheme, floor }) => [scheme, floor])).toEqual([
      ['kvm-ring', 'kvm-null'],
      ['kvm-bitmap', 'kvm-null'],
    ]);
    const [ring] = writing;
    expect((ring?.perEpoch.value ?? 0) / 32_000).toBeCloseTo(1, 1);
    expect((ring?.perDirty.value ?? 0) / 500).toBeCloseTo(1, 1);
    expect(ring?.perEpoch.low).toBeGreaterThan(0);
  });

  test('has an interval that reaches below nothing where it is lost in the noise', () => {
    expect(writing[1]?.perEpoch.low).toBeLessThan(0);
    expect(writing[1]?.perEpoch.high).toBeGreaterThan(0);
  });
});
