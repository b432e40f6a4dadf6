import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../../reports/analysis/compare/comparison.js';
import { comparisonText } from '../../../reports/markdown/comparison.js';

/** Pairs that scatter, which so many rounds per side would decide. */
function decidedBy(rounds: readonly number[]): string {
  const side = { median: 100, rounds: 8 };
  const pairs = rounds.map((each, index) => ({
    ...{
      metric: 'collect' as const,
      subject: 'flag-scan',
      axes: { tracker: 'flag-scan', memoryBytes: 2 ** (30 + index) },
    },
    ...{ base: side, new: side, verdict: 'undecided' as const, ratio: null },
    doubt: { kind: 'scatter' as const, rounds: each },
  }));
  const comparison: Comparison = {
    ...{ kind: 'results', base: 'a.jsonl', threshold: 0.05, coverage: 0.95, pairCoverage: 0.99, looks: 1 },
    ...{ byTurns: false, sameCode: false },
    files: [{ path: 'b.jsonl', pairs, onlyBase: [], onlyNew: [], differences: [] }],
  };
  return comparisonText(comparison).split('\n')[0] ?? '';
}

describe('how many rounds would decide what is undecided', () => {
  it('counts all that as many rounds would decide', () => {
    expect(decidedBy([20, 13, 13, 13])).toMatch(
      /; about 13 rounds per side would decide 3 of them, 20 would decide all 4$/,
    );
    expect(decidedBy([9, 20, 13])).toMatch(/; about 13 rounds per side would decide 2 of them, 20 would decide all 3$/);
  });

  it('is one number where all take as many', () => {
    expect(decidedBy([13, 13])).toMatch(/; 2 would be decided by about 13 rounds per side$/);
  });
});
