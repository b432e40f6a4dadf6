import { pageBytes } from '../../base/size.js';
import type { PageSource } from './digest.js';

const pagesPerArena = 256;
const arenaBytes = pagesPerArena * pageBytes;
const pagesPerTable = 1024;
const absent = 0xffffffff;

/** A guest's memory, to be read and written. */
export interface PageStore extends PageSource {
  /** Pages of the whole memory. */
  readonly pages: number;
  /** How many pages there is room for, because they were written or are to be. */
  readonly writtenCount: number;
  /** Makes room for a page; a later `write` to it cannot fail for want of memory. `page` is below `pages`. */
  reserve(page: number): void;
  /** Replaces the whole page by the bytes at `offset` of `source`. */
  write(page: number, source: Buffer, offset: number): void;
  /** The page itself, to be read and written in place. */
  at(page: number): Buffer;
}

/**
 * A guest's memory that takes only what has been written: pages are kept in arenas in the order of their first write,
 * and a table of tables tells where. A page never written is all zeros.
 */
export class SparsePages implements PageStore {
  readonly pages: number;
  readonly #tables: (Uint32Array | undefined)[];
  readonly #arenas: Buffer[] = [];
  #used = 0;

  constructor(pages: number) {
    this.pages = pages;
    this.#tables = new Array(Math.ceil(pages / pagesPerTable));
  }

  get writtenCount(): number {
    return this.#used;
  }

  reserve(page: number): void {
    const index = Math.floor(page / pagesPerTable);
    let table = this.#tables[index];
    if (table === undefined) {
      table = new Uint32Array(pagesPerTable).fill(absent);
      this.#tables[index] = table;
    }
    if (table[page % pagesPerTable] !== absent) return;
    if (this.#used === this.#arenas.length * pagesPerArena) this.#arenas.push(Buffer.alloc(arenaBytes));
    table[page % pagesPerTable] = this.#used++;
  }

  write(page: number, source: Buffer, offset: number): void {
    this.reserve(page);
    const slot = this.#slot(page);
    source.copy(this.#arena(slot), (slot % pagesPerArena) * pageBytes, offset, offset + pageBytes);
  }

  /** Copies the page to `offset` of `target`. */
  read(page: number, target: Buffer, offset: number): void {
    const slot = this.#slot(page);
    if (slot === absent) target.fill(0, offset, offset + pageBytes);
    else
      this.#arena(slot).copy(
        target,
        offset,
        (slot % pagesPerArena) * pageBytes,
        ((slot % pagesPerArena) + 1) * pageBytes,
      );
  }

  at(page: number): Buffer {
    this.reserve(page);
    const slot = this.#slot(page);
    const start = (slot % pagesPerArena) * pageBytes;
    return this.#arena(slot).subarray(start, start + pageBytes);
  }

  /** Every page that has been written, ascending. */
  *written(): Generator<number> {
    for (const [index, table] of this.#tables.entries()) {
      if (table === undefined) continue;
      for (let i = 0; i < pagesPerTable; i++) {
        if (table[i] !== absent) yield index * pagesPerTable + i;
      }
    }
  }

  #slot(page: number): number {
    return this.#tables[Math.floor(page / pagesPerTable)]?.[page % pagesPerTable] ?? absent;
  }

  #arena(slot: number): Buffer {
    return this.#arenas[Math.floor(slot / pagesPerArena)] as Buffer;
  }
}
