/** A bit for each page of a guest: whether a set of any size, up to all of its pages, has every page that it must have. */
export class Superset {
  /** Pages of the guest. */
  readonly pages: number;
  readonly #bits: Uint32Array;

  constructor(pages: number) {
    this.pages = pages;
    this.#bits = new Uint32Array(Math.ceil(pages / 32));
  }

  /**
   * Whether the first `found` entries of `collected` are pages of the guest, each once, and the first `writes` of `written`
   * are all among them.
   */
  holds(written: Uint32Array, writes: number, collected: Uint32Array, found: number): boolean {
    const bits = this.#bits;
    if (found > this.pages) return false;
    bits.fill(0);
    for (let i = 0; i < found; i++) {
      const page = collected[i] as number;
      if (page >= this.pages || this.#has(page)) return false;
      bits[page >>> 5] = (bits[page >>> 5] as number) | (1 << (page & 31));
    }
    for (let i = 0; i < writes; i++) if (!this.#has(written[i] as number)) return false;
    return true;
  }

  /** Bytes of one for a guest of `pages` pages. */
  static bytes(pages: number): number {
    return Math.ceil(pages / 32) * Uint32Array.BYTES_PER_ELEMENT;
  }

  #has(page: number): boolean {
    return (((this.#bits[page >>> 5] as number) >>> (page & 31)) & 1) === 1;
  }
}
