import { expect, it } from 'vitest';
import { emptyHistogram } from '../../results/histogram.js';
import { extremesOf } from '../../scripts/commands/rr.js';

it('a load without a transaction has no latencies', () => {
  const latency = emptyHistogram();
  expect(extremesOf(latency)).toEqual({ min: null, mean: null, max: null });
  latency.recordValue(1000);
  expect(extremesOf(latency)).toEqual({ min: 1000, mean: 1000, max: 1000 });
});
