/** The widest distance between neighbours among `places` on a ring of `size`. */
export function widestGap(places: readonly number[], size: number): number {
  const sorted = [...places].sort((a, b) => a - b);
  const first = sorted[0] ?? 0;
  return Math.max(...sorted.map((place, i) => (sorted[i + 1] ?? first + size) - place));
}
