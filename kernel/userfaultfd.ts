import { pageBytes } from '../base/size.js';
import { Descriptor } from './descriptor.js';
import { KernelError } from './error.js';
import { checked, libc } from './libc.js';
import type { Mapping } from './memory.js';
import {
  faultApi,
  faultFeature,
  faultProtect,
  faultRange,
  faultRegister,
  faultRequest,
  faultSyscall,
} from './memory-abi.js';
import { type Closable, Scope } from './scope.js';

/** What a first write to a protected page does: wait for a handler, or just go on, leaving the page unprotected. */
export type FaultMode = 'wait' | 'pass';

const anyMode = faultFeature.writeProtect | faultFeature.writeProtectUnpopulated;
const modes: Record<FaultMode, { readonly features: number; readonly call: string }> = {
  wait: { features: anyMode, call: 'UFFDIO_API for protection that waits' },
  pass: { features: anyMode | faultFeature.writeProtectAsync, call: 'UFFDIO_API for protection that passes' },
};

/** The kernel wants the same call once more (ioctl_userfaultfd(2), UFFDIO_WRITEPROTECT). */
const again = 'EAGAIN';

/** Write protection of a mapping, page by page, by userfaultfd(2). All of it is protected at first. */
export class Userfaultfd implements Closable {
  readonly #memory: Mapping;
  readonly #descriptor: Descriptor;
  readonly #protect = new DataView(new ArrayBuffer(faultProtect.bytes));

  private constructor(memory: Mapping, descriptor: Descriptor, mode: FaultMode) {
    this.#memory = memory;
    this.#descriptor = descriptor;
    const api = new DataView(new ArrayBuffer(faultApi.bytes));
    api.setBigUint64(faultApi.api, BigInt(faultApi.version), true);
    api.setBigUint64(faultApi.features, BigInt(modes[mode].features), true);
    descriptor.ioctlOn(modes[mode].call, faultRequest.api, api);
    this.arm();
  }

  /** @throws KernelError if this kernel or this user cannot do that. */
  static open(memory: Mapping, mode: FaultMode): Userfaultfd {
    // Faults in user mode alone need no privilege. A write by the kernel, for a system call, to a page with mode `wait` fails.
    const flags = faultSyscall.closeOnExec | faultSyscall.nonBlocking | faultSyscall.userModeOnly;
    return Scope.build((scope) => {
      const result = checked('userfaultfd', libc().syscall(faultSyscall.number, flags));
      return new Userfaultfd(memory, scope.own(new Descriptor('userfaultfd', result)), mode);
    });
  }

  /** Number of the userfaultfd's descriptor, for the thread that handles its faults. */
  get descriptor(): number {
    return this.#descriptor.number;
  }

  /** Watches the mapping and protects all of it: done when it is opened, and to be done again after `disarm`. @throws KernelError if it cannot. */
  arm(): void {
    const { address, bytes } = this.#memory;
    const register = new DataView(new ArrayBuffer(faultRegister.bytes));
    register.setBigUint64(faultRegister.start, BigInt(address), true);
    register.setBigUint64(faultRegister.length, BigInt(bytes), true);
    register.setBigUint64(faultRegister.mode, BigInt(faultRegister.writeProtect), true);
    const call = this.#memory.isCopyOfFile ? 'UFFDIO_REGISTER of a private copy of a file' : 'UFFDIO_REGISTER';
    this.#descriptor.ioctlOn(call, faultRequest.register, register);
    this.#set(address, bytes, faultProtect.protect);
  }

  /** Lets the mapping go: the kernel takes the protection off every page, and nothing remembers writes. @throws KernelError. */
  disarm(): void {
    const { address, bytes } = this.#memory;
    this.#descriptor.ioctlOn('UFFDIO_UNREGISTER', faultRequest.unregister, rangeOf(address, bytes));
  }

  /**
   * Protects the first `count` entries of `pages`; neighbours in ascending order share a call. Where pages can only be protected together
   * (`unitPages` of the mapping), all of a unit must be there, in ascending order.
   * @throws KernelError if it fails.
   */
  protect(pages: Uint32Array, count: number): void {
    for (let i = 0; i < count; ) {
      const first = pages[i] as number;
      let length = 1;
      while (i + length < count && pages[i + length] === first + length) length++;
      this.#set(this.#memory.address + first * pageBytes, length * pageBytes, faultProtect.protect);
      i += length;
    }
  }

  close(): void {
    this.#descriptor.close();
  }

  #set(address: number, bytes: number, mode: number): void {
    setProtection(this.#descriptor.number, this.#protect, address, bytes, mode);
  }
}

/**
 * Lifts the protection of one page or huge page, the `bytes` bytes at `address`, and wakes who waits for it. `descriptor` is the userfaultfd's
 * number, so that any thread can. `struct`: room for the call's argument (faultProtect.bytes), overwritten; one for each thread.
 * @throws KernelError if it fails.
 */
export function liftProtection(
  descriptor: number,
  struct: DataView<ArrayBuffer>,
  address: number,
  bytes: number,
): void {
  setProtection(descriptor, struct, address, bytes, faultProtect.lift);
}

function setProtection(
  descriptor: number,
  struct: DataView<ArrayBuffer>,
  address: number,
  bytes: number,
  mode: number,
): void {
  struct.setBigUint64(faultProtect.start, BigInt(address), true);
  struct.setBigUint64(faultProtect.length, BigInt(bytes), true);
  struct.setBigUint64(faultProtect.mode, BigInt(mode), true);
  const { ioctlOn, errno } = libc();
  const argument = new Uint8Array(struct.buffer);
  while (ioctlOn(descriptor, faultRequest.writeProtect, argument) === -1) {
    const error = KernelError.of('UFFDIO_WRITEPROTECT', errno());
    if (error.errno !== again) throw error;
  }
}

/** Gives the memory up: who waits goes on. For a handler that cannot go on itself. */
export function releaseFaults(descriptor: number, address: number, bytes: number): void {
  libc().ioctlOn(descriptor, faultRequest.unregister, new Uint8Array(rangeOf(address, bytes).buffer));
}

function rangeOf(address: number, bytes: number): DataView<ArrayBuffer> {
  const range = new DataView(new ArrayBuffer(faultRange.bytes));
  range.setBigUint64(faultRange.start, BigInt(address), true);
  range.setBigUint64(faultRange.length, BigInt(bytes), true);
  return range;
}
