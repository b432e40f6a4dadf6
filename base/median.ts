/** The middle one of these in order, of an even number the upper of the two; null where there is none. */
export function medianOf(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? null;
}
