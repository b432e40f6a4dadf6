import { libc } from '../../kernel/libc.js';
import { KernelClock, type KernelTracker } from '../kernel-tracker.js';

const noDescriptor = -1;

/**
 * An ioctl on no file, which the kernel refuses at once, and no page found: what any tracker on a process's memory pays
 * for a single call into the kernel, the floor under their figures.
 */
export class ProcessNull implements KernelTracker {
  readonly #clock = new KernelClock();

  get kernelNs(): number {
    return this.#clock.ns;
  }

  collect(_into: Uint32Array): number {
    this.#clock.reset();
    this.#clock.begin();
    libc().ioctl(noDescriptor, 0, 0);
    this.#clock.end();
    return 0;
  }

  close(): void {}
}
