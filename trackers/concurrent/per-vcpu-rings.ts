import type { SharedRings } from '../sharing.js';
import { Harvest } from '../software/harvest.js';
import { checkRingEntries, mostRingEntries, reservedRingEntries } from '../software/ring.js';
import type { BoundedTracker, Marker } from '../tracker.js';

/** Where the counters of a ring are: each vCPU's in a cache line of its own, so that vCPUs do not slow each other. */
const counter = { made: 0, taken: 16, words: 32 } as const;

/**
 * A finite ring of page numbers for each vCPU, as KVM's dirty rings. Whoever takes a page's protection off by
 * compare-exchange enters it in its own vCPU's ring, which has one writer and one reader, so marking shares nothing but
 * the protection. A ring at its soft limit, its size less 64, stops its vCPU until all are harvested. Detection empties
 * the rings and protects their pages again: it grows with the pages written. A byte a page for the protection, four
 * bytes an entry, in shared memory; four bytes and a bit a page for what was harvested early. QEMU migrates with KVM's.
 */
export class PerVcpuRings implements BoundedTracker {
  static readonly defaultEntries = mostRingEntries;

  readonly bounded = true;
  readonly sharing: { readonly scheme: 'per-vcpu-rings' } & SharedRings;
  readonly #harvest: Harvest;
  readonly #marker: VcpuRingMarker;

  /**
   * Bytes allocated for a guest of `pages` pages.
   * @throws TrackerError if KVM would not make rings of that size.
   */
  static bytes(pages: number, entries: number, vcpus: number): number {
    checkRingEntries(entries);
    return pages + vcpus * (counter.words + entries) * Int32Array.BYTES_PER_ELEMENT + Harvest.bytes(pages);
  }

  /** @throws TrackerError if KVM would not make rings of that size. */
  constructor(pages: number, entries: number, vcpus: number) {
    checkRingEntries(entries);
    this.sharing = {
      scheme: 'per-vcpu-rings',
      written: new Uint8Array(new SharedArrayBuffer(pages)),
      counters: new Int32Array(new SharedArrayBuffer(vcpus * counter.words * Int32Array.BYTES_PER_ELEMENT)),
      rings: Array.from({ length: vcpus }, () => {
        return new Int32Array(new SharedArrayBuffer(entries * Int32Array.BYTES_PER_ELEMENT));
      }),
    };
    this.#harvest = new Harvest(pages);
    this.#marker = new VcpuRingMarker(this.sharing, 0);
  }

  mark(page: number): boolean {
    return this.#marker.mark(page);
  }

  drain(): void {
    this.#takeAll((page) => this.#harvest.add(page));
  }

  collect(into: Uint32Array): number {
    if (!this.#harvest.empty) {
      this.drain();
      return this.#harvest.collect(into);
    }
    let found = 0;
    this.#takeAll((page) => {
      into[found++] = page;
    });
    return found;
  }

  /**
   * Takes what the rings held when it began. The ends of all rings are read first: a page that is taken here and then
   * written on another vCPU comes after them.
   */
  #takeAll(take: (page: number) => void): void {
    const { counters, rings } = this.sharing;
    const ends = rings.map((_, vcpu) => Atomics.load(counters, vcpu * counter.words + counter.made));
    ends.forEach((end, vcpu) => {
      this.#takeRing(vcpu, end, take);
    });
  }

  #takeRing(vcpu: number, end: number, take: (page: number) => void): void {
    const { counters, rings, written } = this.sharing;
    const ring = rings[vcpu] as Int32Array;
    const taken = vcpu * counter.words + counter.taken;
    const begin = counters[taken] as number;
    for (let i = 0; i < ((end - begin) | 0); i++) {
      const page = ring[(begin + i) & (ring.length - 1)] as number;
      Atomics.store(written, page, 0);
      take(page);
    }
    Atomics.store(counters, taken, end);
  }
}

/** Enters pages into one vCPU's ring. */
export class VcpuRingMarker implements Marker {
  readonly #written: Uint8Array<SharedArrayBuffer>;
  readonly #counters: Int32Array<SharedArrayBuffer>;
  readonly #ring: Int32Array;
  readonly #made: number;
  readonly #taken: number;
  readonly #softLimit: number;

  constructor({ written, counters, rings }: SharedRings, vcpu: number) {
    this.#written = written;
    this.#counters = counters;
    this.#ring = rings[vcpu] as Int32Array;
    this.#made = vcpu * counter.words + counter.made;
    this.#taken = vcpu * counter.words + counter.taken;
    this.#softLimit = this.#ring.length - reservedRingEntries;
  }

  mark(page: number): boolean {
    const written = this.#written;
    if (Atomics.load(written, page) !== 0 || Atomics.compareExchange(written, page, 0, 1) !== 0) return false;
    const made = this.#counters[this.#made] as number;
    this.#ring[made & (this.#ring.length - 1)] = page;
    Atomics.store(this.#counters, this.#made, (made + 1) | 0);
    return ((made + 1 - Atomics.load(this.#counters, this.#taken)) | 0) >= this.#softLimit;
  }
}
