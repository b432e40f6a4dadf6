/** What a cell of a table of data holds; null: there is no value. */
export type Cell = string | number | boolean | null;

/** Cells by the names of their columns, in the order of the columns. */
export type Row = Readonly<Record<string, Cell>>;
