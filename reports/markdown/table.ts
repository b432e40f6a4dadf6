import { markdownTable } from 'markdown-table';

/** A table of text; the first column is left-aligned. */
export interface Table {
  /** What the other columns hold: figures are right-aligned, words left-aligned. */
  readonly of: 'figures' | 'words';
  readonly header: readonly string[];
  /** Each as long as the header. */
  readonly rows: readonly (readonly string[])[];
}

/** As Markdown. */
export function toMarkdown(table: Table): string {
  const cells = [table.header, ...table.rows].map((row) => row.map(escapeCell));
  const side = table.of === 'figures' ? 'r' : 'l';
  return markdownTable(cells, {
    align: ['l', ...table.header.slice(1).map(() => side)],
    // Long words are not padded to the longest of them.
    alignDelimiters: table.of === 'figures',
    stringLength: widthOf,
  });
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** As aligned text for a terminal; Markdown's marks are left out. */
export function toText(table: Table): string {
  const cells = [table.header, ...table.rows].map((row) => row.map((cell) => cell.replaceAll(/[`*]/g, '')));
  const widths = table.header.map((_, column) => Math.max(...cells.map((row) => widthOf(row[column] ?? ''))));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => {
        const padding = ' '.repeat((widths[column] ?? 0) - widthOf(cell));
        return column === 0 || table.of === 'words' ? cell + padding : padding + cell;
      })
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function widthOf(text: string): number {
  return [...text].length;
}
