import { describe, expect, it } from 'vitest';
import { mostRounds, roundsToDecide } from '../../../../reports/analysis/compare/rounds.js';

const asked = { sameUpTo: 1.05, coverage: 0.95, byTurns: false };

describe('how many rounds it takes', () => {
  it('is not known where the ratio is exactly that up to which all is the same, whether rounds scatter or not', () => {
    expect(roundsToDecide({ ...asked, base: [200], other: [210], ratio: 1.05 })).toBeNull();
    expect(roundsToDecide({ ...asked, base: [200, 201], other: [210, 211], ratio: 1.05 })).toBeNull();
  });

  it('is more than there are, and no more than is of use', () => {
    const [base, other] = [
      [200, 220],
      [210, 235],
    ];
    const rounds = roundsToDecide({ ...asked, base, other, ratio: 1.07 });
    expect(rounds).toBeGreaterThan(2);
    expect(rounds).toBeLessThanOrEqual(mostRounds);
    expect(roundsToDecide({ ...asked, base, other, ratio: 1.0499 })).toBeNull();
  });
});
