import type { UnboundedTracker } from '../tracker.js';

/**
 * JavaScript's own Set of page numbers: what a programmer would try first. Mark hashes the page; collect walks the set and empties
 * it, so it grows with the pages written. Nothing is allocated for the guest's memory; some 30 bytes a dirty page.
 */
export class LibrarySet implements UnboundedTracker {
  readonly bounded = false;
  readonly #pages = new Set<number>();

  mark(page: number): void {
    this.#pages.add(page);
  }

  collect(into: Uint32Array): number {
    let found = 0;
    for (const page of this.#pages) into[found++] = page;
    this.#pages.clear();
    return found;
  }
}
