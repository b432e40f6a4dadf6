/** The fewest rounds that show a finding: an interval over fewer covers the true figure too seldom for a verdict. */
export const roundsForFinding = 5;

/** An interval of order statistics: from the value number `rank` (from 1) of so many to the one as far from the end. */
interface OrderInterval {
  readonly rank: number;
  /** How likely (0 to 1) it covers the median of what the values were drawn from, whatever its distribution; 0 for one value. */
  readonly coverage: number;
}

const sought = 0.95;

/**
 * The narrowest such interval around the median that covers it with 95 %; where there is none, as of fewer than six
 * values, the whole range: of n values that covers the median with 1 - 2^(1-n).
 */
export function orderInterval(values: number): OrderInterval {
  let narrowest: OrderInterval = { rank: 1, coverage: 1 - 2 ** (1 - values) };
  // Ways to fall below the rank, of 2 ** log2All: of many values both are divided by a power of two that a double can hold.
  let ways = 1;
  let log2All = values;
  let below = 2 ** -log2All;
  for (let rank = 2; rank <= values / 2; rank++) {
    ways *= (values - rank + 2) / (rank - 1);
    if (ways > 2 ** 512) {
      ways /= 2 ** 512;
      log2All -= 512;
    }
    below += ways * 2 ** -log2All;
    if (1 - 2 * below < sought) break;
    narrowest = { rank, coverage: 1 - 2 * below };
  }
  return narrowest;
}

/** What an interval of a figure computed from several medians covers at the least, the fewest values of any being these. */
export function coverageOfSeveral(values: number): number {
  return Math.min(sought, orderInterval(values).coverage);
}

/** Whether an interval comes from rounds enough that a verdict may rest on it. */
export function isFinding({ coverage }: { readonly coverage: number }): boolean {
  return coverage >= orderInterval(roundsForFinding).coverage;
}
