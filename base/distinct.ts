const smallest = 256;

/**
 * A list of pages that takes each page once. A hash table with open addressing remembers what is in the list; its size
 * follows the pages listed since it was last emptied, not the guest's memory, so it stays in the cache where a bit a page
 * would miss it at every page of a large guest.
 */
export class DistinctPages {
  #list = new Uint32Array(smallest);
  /** Page number + 1 in each slot in use, 0 in a free one. Twice as many slots as the list has entries. */
  #slots = new Uint32Array(2 * smallest);
  /** Slots in use now: a power of two, less one. */
  #mask = 2 * smallest - 1;
  #count = 0;

  /** Adds a page, below 2^32 - 1, unless the list has it. */
  add(page: number): void {
    const slots = this.#slots;
    const mask = this.#mask;
    const mark = page + 1;
    // The lowest bits of the product depend on the page's lowest alone, so seven are left out. With the 25 others, a list of more than
    // 2^24 pages (64 GiB) takes ever longer to find a slot.
    let slot = (Math.imul(page, 0x9e3779b1) >>> 7) & mask;
    for (let held = slots[slot] as number; held !== 0; held = slots[slot] as number) {
      if (held === mark) return;
      slot = (slot + 1) & mask;
    }
    slots[slot] = mark;
    this.#list[this.#count++] = page;
    if (2 * this.#count > mask) this.#grow();
  }

  /** Writes every page, in the order they first came, into `into`, which has room for all; returns how many they were, and empties the list. */
  take(into: Uint32Array): number {
    const count = this.#count;
    const list = this.#list;
    for (let i = 0; i < count; i++) into[i] = list[i] as number;
    this.#slots.fill(0, 0, this.#mask + 1);
    this.#count = 0;
    // Halved while there are more than eight slots for each page: the next list may be twice as long without growing.
    while (this.#mask > 2 * smallest && this.#mask > 8 * count) this.#mask >>>= 1;
    return count;
  }

  #grow(): void {
    const slots = 2 * (this.#mask + 1);
    if (slots > this.#slots.length) {
      const list = new Uint32Array(slots / 2);
      list.set(this.#list);
      this.#list = list;
      this.#slots = new Uint32Array(slots);
    } else {
      this.#slots.fill(0, 0, slots);
    }
    this.#mask = slots - 1;
    const count = this.#count;
    this.#count = 0;
    for (let i = 0; i < count; i++) this.add(this.#list[i] as number);
  }
}
