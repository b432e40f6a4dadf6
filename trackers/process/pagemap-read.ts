import type { Mapping } from '../../kernel/memory.js';
import { pagemapEntry } from '../../kernel/memory-abi.js';
import { Pagemap } from '../../kernel/pagemap.js';
import { Scope } from '../../kernel/scope.js';
import { Userfaultfd } from '../../kernel/userfaultfd.js';
import { type Arming, armingOf, KernelClock, type KernelTracker } from '../kernel-tracker.js';

/**
 * Every entry of /proc/self/pagemap read, over memory that userfaultfd protects asynchronously: a page whose
 * protection is gone (bit 57) was written; then it is protected again. Collect grows with memory, by eight bytes a page
 * that the kernel writes and this process reads. It was the way before PAGEMAP_SCAN.
 */
export class PagemapRead implements KernelTracker {
  /** Bytes of the buffer that entries are read into. */
  static readonly bytes = Pagemap.bytes;

  readonly arming: Arming;
  readonly #scope: Scope;
  readonly #faults: Userfaultfd;
  readonly #pagemap: Pagemap;
  readonly #clock = new KernelClock();

  private constructor(scope: Scope, memory: Mapping) {
    this.#scope = scope;
    this.#faults = scope.own(Userfaultfd.open(memory, 'pass'));
    this.arming = armingOf(this.#faults);
    this.#pagemap = scope.own(Pagemap.open(memory));
  }

  /** @throws KernelError if this kernel or this user cannot do that. */
  static attach(memory: Mapping): PagemapRead {
    return Scope.build((scope) => new PagemapRead(scope, memory));
  }

  get kernelNs(): number {
    return this.#clock.ns;
  }

  collect(into: Uint32Array): number {
    const clock = this.#clock;
    const pagemap = this.#pagemap;
    clock.reset();
    let found = 0;
    for (let first = 0; first < pagemap.pages; ) {
      clock.begin();
      const count = pagemap.read(first);
      clock.end();
      found = pagemap.list(first, count, pagemapEntry.highWriteProtected, 0, into, found);
      first += count;
    }
    clock.begin();
    this.#faults.protect(into, found);
    clock.end();
    return found;
  }

  close(): void {
    this.#scope.close();
  }
}
