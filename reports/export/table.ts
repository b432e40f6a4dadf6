import { csvFormatRows } from 'd3-dsv';
import type { Cell, Row } from './row.js';

/**
 * Rows as comma-separated values (RFC 4180, lines end with a line feed), with a line of names first. No value is an empty cell; a name
 * that would be read as such, as that of the tracker `null`, stands in parentheses.
 */
export function toCsv(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => columns.map((column) => cellText(row[column] ?? null)));
  return `${csvFormatRows([columns, ...cells])}\n`;
}

/** Words that readers of such tables, pandas among them, take for a missing value. */
const missing = /^(?:null|NULL|NA|N\/A|n\/a|NaN|nan|None)$/;

function cellText(cell: Cell): string {
  if (cell === null) return '';
  return typeof cell === 'string' && missing.test(cell) ? `(${cell})` : String(cell);
}

/** Rows as JSON Lines. */
export function toJsonLines(rows: readonly Row[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
