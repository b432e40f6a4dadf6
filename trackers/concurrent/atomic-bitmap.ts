import type { SharedBitmap } from '../sharing.js';
import { appendBits } from '../software/bitmap.js';
import type { Marker, UnboundedTracker } from '../tracker.js';

const pagesPerWord = 32;
/** Words looked at together, each read by hand, as `Bitmap` does it and for its reason. */
const wordsPerStep = 8;

/**
 * A bitmap that several vCPUs mark at once: a bit is set by an atomic OR, and a word is taken by an atomic exchange, so
 * a mark that comes while the bitmap is collected is found now or the next time. Collect looks at every word and grows
 * with the guest's memory; mark is an atomic operation where the bit is not set yet. An eighth of a byte a page, in
 * shared memory. The AtomicBitmap of rust-vmm's vm-memory works this way, for Firecracker and Cloud Hypervisor.
 */
export class AtomicBitmap implements UnboundedTracker {
  readonly bounded = false;
  readonly sharing: { readonly scheme: 'atomic-bitmap' } & SharedBitmap;
  readonly #marker: AtomicBitmapMarker;

  /** Bytes allocated for a guest of `pages` pages. */
  static bytes(pages: number): number {
    return Math.ceil(pages / (pagesPerWord * wordsPerStep)) * wordsPerStep * Int32Array.BYTES_PER_ELEMENT;
  }

  constructor(pages: number) {
    const words = new Int32Array(new SharedArrayBuffer(AtomicBitmap.bytes(pages)));
    this.sharing = { scheme: 'atomic-bitmap', words };
    this.#marker = new AtomicBitmapMarker(this.sharing);
  }

  mark(page: number): void {
    this.#marker.mark(page);
  }

  collect(into: Uint32Array): number {
    const { words } = this.sharing;
    let found = 0;
    for (let at = 0; at < words.length; at += wordsPerStep) {
      const any =
        (words[at] as number) |
        (words[at + 1] as number) |
        (words[at + 2] as number) |
        (words[at + 3] as number) |
        (words[at + 4] as number) |
        (words[at + 5] as number) |
        (words[at + 6] as number) |
        (words[at + 7] as number);
      if (any !== 0) found = this.#takeStep(at, into, found);
    }
    return found;
  }

  #takeStep(from: number, into: Uint32Array, found: number): number {
    const { words } = this.sharing;
    let count = found;
    for (let at = from; at < from + wordsPerStep; at++) {
      if (words[at] !== 0) count = appendBits(Atomics.exchange(words, at, 0), at * pagesPerWord, into, count);
    }
    return count;
  }
}

/** Sets bits of an AtomicBitmap. */
export class AtomicBitmapMarker implements Marker {
  readonly #words: Int32Array<SharedArrayBuffer>;

  constructor(bitmap: SharedBitmap) {
    this.#words = bitmap.words;
  }

  mark(page: number): boolean {
    const words = this.#words;
    const at = page >>> 5;
    const bit = 0x80000000 >>> (page & (pagesPerWord - 1));
    if ((Atomics.load(words, at) & bit) === 0) Atomics.or(words, at, bit);
    return false;
  }
}
