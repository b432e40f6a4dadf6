import { errnoName } from './error.js';
import { checked, libc } from './libc.js';
import type { Closable } from './scope.js';

/** Flags of open(2). */
export const openFlags = { readOnly: 0, writeOnly: 1, readWrite: 2, closeOnExec: 0o2000000 } as const;

/**
 * An open file descriptor; numbers are per process, so another thread may use it by its number. An ioctl that a signal
 * interrupts is made again: a profiler's signals come at any moment, and KVM_CREATE_VM then does nothing.
 */
export class Descriptor implements Closable {
  readonly number: number;
  #open = true;

  /** Takes over what `call` returned. @throws KernelError if it is -1. */
  constructor(call: string, result: number) {
    this.number = checked(call, result);
  }

  /** @throws KernelError if the file cannot be opened. */
  static open(path: string, flags: number): Descriptor {
    return new Descriptor(`open ${path}`, libc().open(path, flags | openFlags.closeOnExec));
  }

  /**
   * An ioctl with a number, or the address of a struct, as its argument.
   * @throws KernelError if it fails.
   */
  ioctl(call: string, request: number, argument: number): number {
    for (;;) {
      const result = libc().ioctl(this.number, request, argument);
      if (result !== -1 || !interrupted()) return checked(call, result);
    }
  }

  /**
   * An ioctl on a struct, which the kernel may write to.
   * @throws KernelError if it fails.
   */
  ioctlOn(call: string, request: number, struct: DataView<ArrayBuffer>): number {
    const bytes = new Uint8Array(struct.buffer);
    for (;;) {
      const result = libc().ioctlOn(this.number, request, bytes);
      if (result !== -1 || !interrupted()) return checked(call, result);
    }
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    libc().close(this.number);
  }
}

/** This thread's last failed call was interrupted by a signal. */
function interrupted(): boolean {
  return errnoName(libc().errno()) === 'EINTR';
}
