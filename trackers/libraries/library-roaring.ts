import { OptionalClass } from '../optional.js';
import type { UnboundedTracker } from '../tracker.js';

/** The part of roaring-wasm's RoaringBitmap32 that is used. */
interface Roaring {
  add(page: number): unknown;
  /** Writes every page into `output`; returns that, or its part that was filled where it is longer. */
  toUint32Array(output: Uint32Array): Uint32Array;
  clear(): void;
  dispose(): unknown;
}

/** The package's class, if it is installed. */
export const roaring = new OptionalClass<new () => Roaring>('roaring-wasm', 'RoaringBitmap32');

/**
 * A compressed bitmap of the package roaring-wasm (CRoaring): containers of 65 536 pages, each a sorted array or a
 * bitmap. Mark inserts into a container; collect walks the containers in use, so it grows with the pages written.
 * Nothing is allocated for the guest's memory; two bytes a dirty page, in the package's own WebAssembly memory.
 */
export class LibraryRoaring implements UnboundedTracker {
  readonly bounded = false;
  readonly #pages: Roaring;

  /** @throws TrackerError if the package is not installed. */
  constructor() {
    this.#pages = new (roaring.get())();
  }

  mark(page: number): void {
    this.#pages.add(page);
  }

  collect(into: Uint32Array): number {
    const found = this.#pages.toUint32Array(into).length;
    this.#pages.clear();
    return found;
  }

  close(): void {
    this.#pages.dispose();
  }
}
