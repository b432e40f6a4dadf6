/**
 * The values of `16-256` or `512M-4G`: from the first to the last, each twice the one before. `read` reads a value, and gives
 * null for what is none.
 * @returns null if the text is no range of such values from above 0 to a finite one; an empty list if doubling the first never gives the last.
 */
export function parseRange(text: string, read: (text: string) => number | null): number[] | null {
  const [, left = '', right = ''] = /^([^-]+)-([^-]+)$/.exec(text.trim()) ?? [];
  const [first, last] = [read(left), read(right)];
  if (first === null || last === null || first <= 0 || last === Infinity) return null;
  const values: number[] = [];
  for (let value = first; value <= last; value *= 2) values.push(value);
  return values.at(-1) === last ? values : [];
}

/** What is wrong with a range that gave an empty list. */
export function rangeFault(text: string): string {
  return `'${text}': a range doubles from its first value to its last, as 512M-4G does: 512M, 1G, 2G, 4G`;
}
