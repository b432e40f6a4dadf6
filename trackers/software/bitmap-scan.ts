import type { UnboundedTracker } from '../tracker.js';
import { Bitmap } from './bitmap.js';

/**
 * One bit a page, set when the page is written; detection looks at every word. Collect grows with the guest's memory at
 * an eighth of the bytes of `flag-scan`; mark reads and writes one word. An eighth of a byte a page. KVM's dirty log is
 * such a bitmap for each memory slot, and QEMU, Firecracker and Cloud Hypervisor walk it.
 */
export class BitmapScan implements UnboundedTracker {
  readonly bounded = false;
  readonly #bitmap: Bitmap;

  /** Bytes allocated for a guest of `pages` pages. */
  static bytes(pages: number): number {
    return Bitmap.bytes(pages);
  }

  constructor(pages: number) {
    this.#bitmap = new Bitmap(pages);
  }

  mark(page: number): void {
    this.#bitmap.set(page);
  }

  collect(into: Uint32Array): number {
    return this.#bitmap.takeAll(into, 0);
  }
}
