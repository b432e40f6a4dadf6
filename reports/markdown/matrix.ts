import { inOrder } from '../charts/look.js';
import { code, nothing } from './prose.js';
import type { Table } from './table.js';

/** A table with a row for each scheme and a column for each size. */
export interface Matrix<T> {
  readonly items: readonly T[];
  /** What a column is: `tracker \ memory`, for the corner. */
  readonly corner: string;
  /** Columns, in order. */
  readonly sizes: readonly number[];
  sizeOf(item: T): number;
  label(size: number): string;
  cell(item: T): string;
}

/** The first item of each scheme at each size; a dash where there is none. */
export function matrix<T extends { readonly scheme: string }>(given: Matrix<T>): Table {
  const rows = inOrder(given.items.map((item) => item.scheme)).map((scheme) => [
    code(scheme),
    ...given.sizes.map((size) => {
      const item = given.items.find((each) => each.scheme === scheme && given.sizeOf(each) === size);
      return item === undefined ? nothing : given.cell(item);
    }),
  ]);
  return { of: 'figures', header: [given.corner, ...given.sizes.map(given.label)], rows };
}
