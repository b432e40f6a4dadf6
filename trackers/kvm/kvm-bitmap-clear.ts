import type { Vm } from '../../kernel/vm.js';
import { KernelClock, type KvmTracker } from '../kernel-tracker.js';
import { type LogCopy, logCopies } from './kvm-log.js';

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
      copy.clearListed(into, before, found);
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
