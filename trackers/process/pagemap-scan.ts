import type { Mapping } from '../../kernel/memory.js';
import { PagemapScan as Scan } from '../../kernel/pagemap.js';
import { Scope } from '../../kernel/scope.js';
import { Userfaultfd } from '../../kernel/userfaultfd.js';
import { type Arming, armingOf, KernelClock, type KernelTracker } from '../kernel-tracker.js';

/**
 * PAGEMAP_SCAN over memory that userfaultfd protects asynchronously (Linux 6.7): a first write lifts a page's protection
 * without anyone being told; one call walks the page tables, lists the runs of pages written, and protects them again.
 * Collect grows with the memory that has page tables. CRIU makes the same call, but goes by soft-dirty bits.
 */
export class PagemapScan implements KernelTracker {
  /** Bytes of the buffer that regions are listed in. */
  static readonly bytes = Scan.bytes;

  readonly arming: Arming;
  readonly #scope: Scope;
  readonly #pages: number;
  readonly #scan: Scan;
  readonly #clock = new KernelClock();

  private constructor(scope: Scope, memory: Mapping) {
    this.#scope = scope;
    this.#pages = memory.pages;
    const faults = scope.own(Userfaultfd.open(memory, 'pass'));
    this.arming = armingOf(faults);
    this.#scan = scope.own(Scan.open(memory));
  }

  /** @throws KernelError if this kernel or this user cannot do that. */
  static attach(memory: Mapping): PagemapScan {
    return Scope.build((scope) => new PagemapScan(scope, memory));
  }

  get kernelNs(): number {
    return this.#clock.ns;
  }

  collect(into: Uint32Array): number {
    const clock = this.#clock;
    clock.reset();
    let found = 0;
    for (let first = 0; first < this.#pages; first = this.#scan.next) {
      clock.begin();
      const regions = this.#scan.scan(first);
      clock.end();
      found = this.#scan.list(regions, into, found);
    }
    return found;
  }

  close(): void {
    this.#scope.close();
  }
}
