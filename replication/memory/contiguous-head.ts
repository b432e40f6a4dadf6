import { pageBytes } from '../../base/size.js';
import { type PageStore, SparsePages } from './pages.js';

/** A guest's memory whose first pages lie together, so that what is longer than a page can be written there in one piece. */
export class ContiguousHeadPages implements PageStore {
  readonly pages: number;
  readonly head: Buffer;
  readonly #headPages: number;
  readonly #rest: SparsePages;

  constructor(pages: number, headPages: number) {
    this.pages = pages;
    this.head = Buffer.alloc(headPages * pageBytes);
    this.#headPages = headPages;
    this.#rest = new SparsePages(pages);
  }

  get writtenCount(): number {
    return this.#headPages + this.#rest.writtenCount;
  }

  reserve(page: number): void {
    if (page >= this.#headPages) this.#rest.reserve(page);
  }

  write(page: number, source: Buffer, offset: number): void {
    source.copy(this.at(page), 0, offset);
  }

  read(page: number, target: Buffer, offset: number): void {
    if (page < this.#headPages) this.head.copy(target, offset, page * pageBytes, (page + 1) * pageBytes);
    else this.#rest.read(page, target, offset);
  }

  at(page: number): Buffer {
    if (page < this.#headPages) return this.head.subarray(page * pageBytes, (page + 1) * pageBytes);
    return this.#rest.at(page);
  }

  *written(): Generator<number> {
    for (let page = 0; page < this.#headPages; page++) yield page;
    yield* this.#rest.written();
  }
}
