import type { Vm } from '../kernel/vm.js';
import { KernelClock, type KvmTracker } from './kernel-tracker.js';
import { type LogCopy, logCopies } from './kvm-log.js';

/** Words without a page between two clears: copying and looking at so many takes the kernel about as long as a call. */
const widestGap = 1024;

/**
 * KVM's dirty log with manual protection (KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2): KVM_GET_DIRTY_LOG only copies the bits;
 * KVM_CLEAR_DIRTY_LOG then forgets them and protects the pages again, called for the stretches where pages were found.
 * QEMU does so, to protect late and in small pieces. Collect grows with memory as without it.
 */
export class KvmBitmapClear implements KvmTracker {
  readonly #copies: readonly LogCopy[];
  readonly #clock = new KernelClock();

  constructor(vm: Vm) {
    this.#copies = logCopies(vm);
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
      this.#clear(copy, into, before, found);
      clock.end();
    }
    return found;
  }

  /** A log has room for every page: nothing ever stops for it. */
  drain(): void {}

  close(): void {
    for (const copy of this.#copies) copy.close();
  }

  /** Clears what was found in one slot: the entries `from` to `to` of `pages`, which ascend. */
  #clear(copy: LogCopy, pages: Uint32Array, from: number, to: number): void {
    for (let i = from; i < to; ) {
      const begin = copy.wordOf(pages[i] as number);
      let end = begin + 1;
      for (i++; i < to; i++) {
        const word = copy.wordOf(pages[i] as number);
        if (word - end > widestGap) break;
        end = word + 1;
      }
      copy.clear(begin, end);
    }
  }
}
