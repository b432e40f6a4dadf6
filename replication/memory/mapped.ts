import { type Mapping, Pages } from '../../kernel/memory.js';
import type { PageStore } from './pages.js';
import { residentPages } from './resident.js';

/** A mapping as a guest's memory: what is written here is written there. Not to be touched once the mapping is closed. */
export class MappedPages implements PageStore {
  readonly pages: number;
  readonly #mapping: Mapping;
  readonly #memory: Pages;
  /** A bit for each page reserved. */
  readonly #reserved: Uint8Array;
  #count = 0;

  constructor(mapping: Mapping) {
    this.pages = mapping.pages;
    this.#mapping = mapping;
    this.#memory = new Pages(mapping);
    this.#reserved = new Uint8Array(Math.ceil(mapping.pages / 8));
  }

  get writtenCount(): number {
    return this.#count;
  }

  reserve(page: number): void {
    const bit = 1 << (page & 7);
    const byte = this.#reserved[page >>> 3] as number;
    if ((byte & bit) !== 0) return;
    this.#reserved[page >>> 3] = byte | bit;
    this.#count++;
  }

  write(page: number, source: Buffer, offset: number): void {
    source.copy(this.#memory.page(page), 0, offset);
  }

  read(page: number, target: Buffer, offset: number): void {
    target.set(this.#memory.page(page), offset);
  }

  at(page: number): Buffer {
    const { buffer, byteOffset, byteLength } = this.#memory.page(page);
    return Buffer.from(buffer, byteOffset, byteLength);
  }

  written(): Generator<number> {
    return residentPages(this.#mapping);
  }
}
