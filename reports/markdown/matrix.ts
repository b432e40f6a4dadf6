import { inOrder } from '../order.js';
import { code, nothing } from './prose.js';
import type { Table } from './table.js';

/** A table with a row for each scheme and a column for each of something else. */
export interface Matrix<T, Column extends string | number> {
  readonly items: readonly T[];
  /** In order. */
  readonly columns: readonly Column[];
  columnOf(item: T): Column;
  label(column: Column): string;
  cell(item: T): string;
}

/** The first item of each scheme in each column; a dash where there is none. */
export function matrix<T extends { readonly scheme: string }, Column extends string | number>(
  given: Matrix<T, Column>,
): Table {
  const rows = inOrder(given.items.map((item) => item.scheme)).map((scheme) => [
    code(scheme),
    ...given.columns.map((column) => {
      const item = given.items.find((each) => each.scheme === scheme && given.columnOf(each) === column);
      return item === undefined ? nothing : given.cell(item);
    }),
  ]);
  return { of: 'figures', header: ['tracker', ...given.columns.map(given.label)], rows };
}
