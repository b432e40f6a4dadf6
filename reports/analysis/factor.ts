/** How many times the larger of two is the smaller, by their ratio: from 1 up, and the same whichever of them comes first. */
export function factorOf(ratio: number): number {
  return Math.max(ratio, 1 / ratio);
}
