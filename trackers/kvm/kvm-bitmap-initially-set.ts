import { pageBytes } from '../../base/size.js';
import { KernelError } from '../../kernel/error.js';
import type { Vm } from '../../kernel/vm.js';
import { KernelClock, type KvmTracker } from '../kernel-tracker.js';
import { type LogCopy, logBytes, logCopies } from './kvm-log.js';

/** Bytes of the guest whose log is cleared in one call, as QEMU does by default. */
const defaultChunkBytes = 2 ** 30;
/** Bytes of the guest for each word of the kernel's log, of 64 pages. */
const wordBytes = 64 * pageBytes;

/**
 * KVM's dirty log with manual protection, all of it set at first (KVM_DIRTY_LOG_INITIALLY_SET): turning it on protects nothing.
 * The first collect finds every page, and protects them chunk by chunk as it clears; from then on only what was found is cleared,
 * never more than a chunk at once. QEMU does so where KVM can.
 */
export class KvmBitmapInitiallySet implements KvmTracker {
  /** Bytes for a guest of `pages` pages: the log's copy, and the list of the first collect. */
  static bytes(pages: number): number {
    return logBytes(pages) + pages * Uint32Array.BYTES_PER_ELEMENT;
  }

  readonly #copies: readonly LogCopy[];
  readonly #chunkWords: number;
  readonly #clock = new KernelClock();

  private constructor(vm: Vm, chunkBytes: number) {
    this.#chunkWords = chunkBytes / wordBytes;
    this.#copies = logCopies(vm);
  }

  /**
   * Takes the first collect, of a guest that has not run. `chunkBytes`: what is cleared in one call at most, a multiple of 256 KiB.
   * @throws KernelError if it is not every page, each once.
   */
  static attach(vm: Vm, pages: number, chunkBytes = defaultChunkBytes): KvmBitmapInitiallySet {
    const tracker = new KvmBitmapInitiallySet(vm, chunkBytes);
    try {
      const all = new Uint32Array(pages);
      const found = tracker.collect(all);
      if (found === pages && all.every((page, index) => page === index)) return tracker;
      throw new KernelError('KVM_GET_DIRTY_LOG', '', `the first log has ${found} pages, not all ${pages}`, '');
    } catch (error) {
      tracker.close();
      throw error;
    }
  }

  get kernelNs(): number {
    return this.#clock.ns;
  }

  collect(into: Uint32Array): number {
    const clock = this.#clock;
    clock.reset();
    let found = 0;
    for (const copy of this.#copies) {
      clock.begin();
      copy.get();
      clock.end();
      const before = found;
      found = copy.list(into, found);
      clock.begin();
      copy.clearListed(into, before, found, this.#chunkWords);
      clock.end();
    }
    return found;
  }

  /** A log has room for every page: nothing ever stops for it. */
  drain(): void {}

  close(): void {
    for (const copy of this.#copies) copy.close();
  }
}
