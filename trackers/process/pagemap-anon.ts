import type { Mapping } from '../../kernel/memory.js';
import { pagemapEntry } from '../../kernel/memory-abi.js';
import { Pagemap } from '../../kernel/pagemap.js';
import { Scope } from '../../kernel/scope.js';
import { KernelClock, type KernelTracker } from '../kernel-tracker.js';

/**
 * Reads every entry of /proc/self/pagemap and finds the pages that are the process's own: those that are there, or swapped out, and not
 * of a file (bit 61). A guest restored from a file has such a page where it has written since, and nothing has to be armed. The set only
 * grows: a page is found again in every collect after its first write. That is what a snapshot of all changes since the restore needs,
 * and far more than one of the changes since the last snapshot does. Collect grows with memory, by eight bytes a page.
 */
export class PagemapAnon implements KernelTracker {
  /** Bytes of the buffer that entries are read into. */
  static readonly bytes = Pagemap.bytes;

  readonly #pagemap: Pagemap;
  readonly #clock = new KernelClock();

  private constructor(pagemap: Pagemap) {
    this.#pagemap = pagemap;
  }

  /** @throws KernelError if this kernel or this user cannot do that. */
  static attach(memory: Mapping): PagemapAnon {
    return Scope.build((scope) => new PagemapAnon(scope.own(Pagemap.open(memory))));
  }

  get kernelNs(): number {
    return this.#clock.ns;
  }

  collect(into: Uint32Array): number {
    const clock = this.#clock;
    const pagemap = this.#pagemap;
    const { highPresent, highSwapped, highFile } = pagemapEntry;
    clock.reset();
    let found = 0;
    for (let first = 0; first < pagemap.pages; ) {
      clock.begin();
      const count = pagemap.read(first);
      clock.end();
      found = pagemap.listAny(first, count, highPresent | highSwapped, highFile, into, found);
      first += count;
    }
    return found;
  }

  close(): void {
    this.#pagemap.close();
  }
}
