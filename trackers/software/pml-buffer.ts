import type { BoundedTracker } from '../tracker.js';
import { Bitmap } from './bitmap.js';

/** Entries of Intel's log: one page of 8-byte addresses. */
const logEntries = 512;

/**
 * A log of 512 page numbers that spills into a bitmap, as Intel's page modification logging. The first write to a page
 * sets its dirty bit and logs its number; when the log is full the guest exits and the log is spilled. Detection reads
 * the log alone while nothing has spilled, and costs what a queue does; once something has, it scans the bitmap as
 * well, and grows with memory. Two bits a page, and 2 KiB for the log. KVM and Xen use the hardware's, and spill at
 * every exit.
 */
export class PmlBuffer implements BoundedTracker {
  readonly bounded = true;
  readonly #log = new Uint32Array(logEntries);
  /** The dirty bits of the page tables: set until the page is collected, so that a page is logged once. */
  readonly #written: Bitmap;
  readonly #spilled: Bitmap;
  #logged = 0;
  #hasSpilled = false;

  /** Bytes allocated for a guest of `pages` pages. */
  static bytes(pages: number): number {
    return logEntries * Uint32Array.BYTES_PER_ELEMENT + 2 * Bitmap.bytes(pages);
  }

  constructor(pages: number) {
    this.#written = new Bitmap(pages);
    this.#spilled = new Bitmap(pages);
  }

  mark(page: number): boolean {
    if (!this.#written.add(page)) return false;
    this.#log[this.#logged++] = page;
    return this.#logged === logEntries;
  }

  drain(): void {
    for (let i = 0; i < this.#logged; i++) this.#spilled.set(this.#log[i] as number);
    this.#hasSpilled ||= this.#logged > 0;
    this.#logged = 0;
  }

  collect(into: Uint32Array): number {
    const logged = this.#logged;
    this.#written.takeListed(this.#log, 0, logged, into, 0);
    this.#logged = 0;
    return this.#hasSpilled ? this.#takeSpilled(into, logged) : logged;
  }

  #takeSpilled(into: Uint32Array, found: number): number {
    const end = this.#spilled.takeAll(into, found);
    this.#written.takeListed(into, found, end - found, into, found);
    this.#hasSpilled = false;
    return end;
  }
}
