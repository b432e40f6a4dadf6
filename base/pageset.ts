/**
 * A set of page numbers that is emptied in constant time: a hash table with open addressing whose slots carry the
 * generation they were filled in. Its size follows the pages in it, not the guest's memory, so using it beside a
 * measurement leaves the caches as they were.
 */
export class PageSet {
  readonly #pages: Uint32Array;
  readonly #generations: Uint32Array;
  readonly #mask: number;
  readonly #shift: number;
  #generation = 1;
  #size = 0;

  /** `most` is the most pages that will be in the set at once. */
  constructor(most: number) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(8, most * 2)));
    this.#pages = new Uint32Array(slots);
    this.#generations = new Uint32Array(slots);
    this.#mask = slots - 1;
    this.#shift = 32 - Math.log2(slots);
  }

  get size(): number {
    return this.#size;
  }

  /** Adds a page; false if it was there already. */
  add(page: number): boolean {
    const slot = this.#slot(page);
    if (this.#generations[slot] === this.#generation) return false;
    this.#generations[slot] = this.#generation;
    this.#pages[slot] = page;
    this.#size++;
    return true;
  }

  has(page: number): boolean {
    return this.#generations[this.#slot(page)] === this.#generation;
  }

  clear(): void {
    this.#size = 0;
    this.#generation++;
    if (this.#generation === 2 ** 32) {
      this.#generations.fill(0);
      this.#generation = 1;
    }
  }

  /** Where the page is, or the free slot where it would go. */
  #slot(page: number): number {
    let slot = Math.imul(page, 0x9e3779b1) >>> this.#shift;
    while (this.#generations[slot] === this.#generation && this.#pages[slot] !== page) slot = (slot + 1) & this.#mask;
    return slot;
  }
}
