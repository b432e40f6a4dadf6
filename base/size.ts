/** Bytes of a page. */
export const pageBytes = 4096;

const units = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 } as const;

function isUnit(letter: string): letter is keyof typeof units {
  return Object.hasOwn(units, letter);
}

/**
 * Bytes of a size as people write it: `512M`, `4G`, `4GiB`, `1.5T`, or plain bytes. Units are powers of 1024.
 * @returns null if it is not a size.
 */
export function parseSize(text: string): number | null {
  const [, digits, letter = ''] = /^(\d+(?:\.\d+)?)\s*(?:([KMGT])(?:i?B)?|B)?$/i.exec(text.trim()) ?? [];
  if (digits === undefined) return null;
  const unit = letter.toUpperCase();
  const bytes = Number(digits) * (isUnit(unit) ? units[unit] : 1);
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** The shortest exact writing of a size: `512M`, `4G`; it reads back as the same bytes. */
export function formatSize(bytes: number): string {
  const fitting = Object.entries(units).findLast(([, unit]) => bytes >= unit && Number.isInteger((bytes / unit) * 4));
  return fitting === undefined ? String(bytes) : `${bytes / fitting[1]}${fitting[0]}`;
}
