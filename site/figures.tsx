import type { Table } from '../reports/markdown/table.js';
import { Words } from './words.js';

/** A table of the report; wider than the page, it is scrolled, by keyboard too. */
export function Figures({ table, caption }: { readonly table: Table; readonly caption: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="scroll" tabIndex={0} aria-label={caption}>
      <table class={table.of}>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {table.header.map((name) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr key={row.join()}>
              {row.map((cell, column) =>
                column === 0 ? (
                  <th scope="row" key={table.header[column]}>
                    <Words text={cell} />
                  </th>
                ) : (
                  <td key={table.header[column]}>
                    <Words text={cell} />
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
