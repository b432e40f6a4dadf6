import type { Vm } from '../../kernel/vm.js';
import { KernelClock, type KvmTracker } from '../kernel-tracker.js';

/**
 * Asks KVM something it answers at once, and finds nothing: what any tracker on KVM pays for a single call into the
 * kernel, the floor under their figures.
 */
export class KvmNull implements KvmTracker {
  readonly #vm: Vm;
  readonly #clock = new KernelClock();

  constructor(vm: Vm) {
    this.#vm = vm;
  }

  get kernelNs(): number {
    return this.#clock.ns;
  }

  collect(_into: Uint32Array): number {
    this.#clock.reset();
    this.#clock.begin();
    this.#vm.checkExtension(0);
    this.#clock.end();
    return 0;
  }

  drain(): void {}

  close(): void {}
}
