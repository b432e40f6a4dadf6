const large = 2 ** 512;

/**
 * Keeps counts and their total within what a double holds: where the total is large, all are divided by one power of two, so that
 * shares of the total stay as they are, and only counts that are nothing beside it become 0.
 * @returns the total, divided or not
 */
export function keepFinite(counts: Float64Array, total: number): number {
  if (total < large) return total;
  for (let i = 0; i < counts.length; i++) counts[i] = (counts[i] as number) / large;
  return total / large;
}
