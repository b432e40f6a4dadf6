import type { Vm } from '../../kernel/vm.js';
import { KernelClock, type KvmTracker } from '../kernel-tracker.js';
import { type LogCopy, logCopies } from './kvm-log.js';

/**
 * KVM's dirty log: KVM_GET_DIRTY_LOG copies one bit a page out of the kernel, forgets them and protects the pages again;
 * then every word is looked at. Collect grows with the guest's memory, by an eighth of a byte a page that the kernel writes
 * and this process reads. QEMU, Firecracker and Cloud Hypervisor find dirty pages this way.
 */
export class KvmBitmap implements KvmTracker {
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
      found = copy.list(into, found);
    }
    return found;
  }

  /** A log has room for every page: nothing ever stops for it. */
  drain(): void {}

  close(): void {
    for (const copy of this.#copies) copy.close();
  }
}
