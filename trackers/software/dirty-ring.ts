import type { BoundedTracker } from '../tracker.js';
import { Bitmap } from './bitmap.js';
import { Harvest } from './harvest.js';
import { checkRingEntries, mostRingEntries, reservedRingEntries } from './ring.js';

/**
 * A finite ring of page numbers, as KVM's dirty ring. A write to a protected page takes its protection off and enters
 * its number in the ring; detection empties the ring and protects those pages again, so it grows with the pages
 * written and not with memory. At the soft limit, the ring's size less 64 (without PML), the guest has to stop until the ring is
 * harvested (KVM_EXIT_DIRTY_RING_FULL). Four bytes an entry; a bit a page for the protection, and four bytes and a bit a
 * page for what was harvested early, touched only then. QEMU (`dirty-ring-size`) migrates with KVM's.
 */
export class DirtyRing implements BoundedTracker {
  static readonly defaultEntries = mostRingEntries;

  readonly bounded = true;
  readonly #ring: Uint32Array;
  readonly #mask: number;
  readonly #softLimit: number;
  readonly #written: Bitmap;
  readonly #harvest: Harvest;
  /** Entries ever made and ever taken, modulo 2^31; their difference is what the ring holds. */
  #made = 0;
  #taken = 0;

  /**
   * Bytes allocated for a guest of `pages` pages.
   * @throws TrackerError if KVM would not make a ring of that size.
   */
  static bytes(pages: number, entries: number): number {
    checkRingEntries(entries);
    return entries * Uint32Array.BYTES_PER_ELEMENT + Bitmap.bytes(pages) + Harvest.bytes(pages);
  }

  /** @throws TrackerError if KVM would not make a ring of that size. */
  constructor(pages: number, entries: number) {
    checkRingEntries(entries);
    this.#ring = new Uint32Array(entries);
    this.#mask = entries - 1;
    this.#softLimit = entries - reservedRingEntries;
    this.#written = new Bitmap(pages);
    this.#harvest = new Harvest(pages);
  }

  mark(page: number): boolean {
    if (!this.#written.add(page)) return false;
    this.#ring[this.#made & this.#mask] = page;
    this.#made = (this.#made + 1) & 0x7fffffff;
    return this.#held() >= this.#softLimit;
  }

  drain(): void {
    const held = this.#held();
    for (let i = 0; i < held; i++) {
      const page = this.#ring[(this.#taken + i) & this.#mask] as number;
      this.#written.clear(page);
      this.#harvest.add(page);
    }
    this.#taken = this.#made;
  }

  collect(into: Uint32Array): number {
    if (!this.#harvest.empty) {
      this.drain();
      return this.#harvest.collect(into);
    }
    const held = this.#held();
    const oldest = this.#taken & this.#mask;
    const beforeWrap = Math.min(held, this.#ring.length - oldest);
    this.#written.takeListed(this.#ring, oldest, beforeWrap, into, 0);
    this.#written.takeListed(this.#ring, 0, held - beforeWrap, into, beforeWrap);
    this.#taken = this.#made;
    return held;
  }

  #held(): number {
    return (this.#made - this.#taken) & 0x7fffffff;
  }
}
