import type { Mapping } from '../../kernel/memory.js';
import { pagemapEntry } from '../../kernel/memory-abi.js';
import { Pagemap } from '../../kernel/pagemap.js';
import { Scope } from '../../kernel/scope.js';
import { SoftDirtyBits } from '../../kernel/softdirty.js';
import { type Arming, KernelClock, type KernelTracker } from '../kernel-tracker.js';

/**
 * The kernel's soft-dirty bits: every entry of /proc/self/pagemap read, bit 55 set where the page was written; then
 * clear_refs forgets the bits of the whole process. Collect grows with memory, and clearing with all that the process
 * has: of several guests in one process each would take the others' bits away. CRIU's first way (Linux 3.11, CONFIG_MEM_SOFT_DIRTY).
 */
export class SoftDirty implements KernelTracker {
  /** Bytes of the buffer that entries are read into. */
  static readonly bytes = Pagemap.bytes;

  /** The kernel keeps the bits anyway: to turn tracking on is to clear them, and off is nothing. */
  readonly arming: Arming = { arm: () => this.#bits.clear(), disarm: null };
  readonly #scope: Scope;
  readonly #bits: SoftDirtyBits;
  readonly #pagemap: Pagemap;
  readonly #clock = new KernelClock();

  private constructor(scope: Scope, memory: Mapping) {
    this.#scope = scope;
    this.#bits = scope.own(new SoftDirtyBits());
    this.#pagemap = scope.own(Pagemap.open(memory));
    // A new mapping counts as written, all of it.
    this.#bits.clear();
  }

  /** @throws KernelError if this kernel or this user cannot do that. */
  static attach(memory: Mapping): SoftDirty {
    return Scope.build((scope) => new SoftDirty(scope, memory));
  }

  get kernelNs(): number {
    return this.#clock.ns;
  }

  collect(into: Uint32Array): number {
    const clock = this.#clock;
    const pagemap = this.#pagemap;
    const softDirty = pagemapEntry.highSoftDirty;
    clock.reset();
    let found = 0;
    for (let first = 0; first < pagemap.pages; ) {
      clock.begin();
      const count = pagemap.read(first);
      clock.end();
      found = pagemap.list(first, count, softDirty, softDirty, into, found);
      first += count;
    }
    clock.begin();
    this.#bits.clear();
    clock.end();
    return found;
  }

  close(): void {
    this.#scope.close();
  }
}
