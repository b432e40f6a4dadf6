import { describe, expect, test } from 'vitest';
import { deriveTable1, paperRows } from '../../../reports/analysis/paper.js';

describe("what follows from the paper's Table 1", () => {
  const derived = deriveTable1(paperRows);

  test('is the cost of a synchronisation in each row', () => {
    expect(derived.rows.map(({ costNs }) => Number((costNs / 1e6).toFixed(3)))).toEqual([5.274, 5.958, 12.25]);
    expect(derived.rows.map(({ pages }) => pages)).toEqual([131072, 262144, 1048576]);
  });

  test('is a line of about 7.7 ns per page and 4.1 ms', () => {
    expect(derived.perPageNs).toBeCloseTo(7.7, 1);
    expect(derived.fixedNs / 1e6).toBeCloseTo(4.1, 1);
    expect(derived.r2).toBeGreaterThan(0.99);
  });

  test('is a ceiling of about 235 TPS at every memory size', () => {
    for (const tps of [derived.ceilingTps, ...derived.rows.map(({ ceilingTps }) => ceilingTps)]) {
      expect(Math.abs(tps - 235)).toBeLessThan(1.5);
    }
  });
});
