import { constants } from 'node:os';
import { Descriptor } from './descriptor.js';
import { KernelError } from './error.js';
import { libc } from './libc.js';
import { faultApi, faultFeature, faultProtect, faultRegister, faultRequest } from './memory-abi.js';
import { callNumber } from './ptrace-abi.js';
import { type Closable, Scope } from './scope.js';

/**
 * A userfaultfd over another process's memory, which that process opened. It is held here alone: when it is closed, or when
 * this process ends in whatever way, the kernel lifts all protection.
 */
export class ForeignFaults implements Closable {
  readonly #descriptor: Descriptor;
  readonly #register = new DataView(new ArrayBuffer(faultRegister.bytes));
  readonly #protect = new DataView(new ArrayBuffer(faultProtect.bytes));

  /** Calls that were made to watch and to protect. */
  calls = 0;

  private constructor(descriptor: Descriptor) {
    this.#descriptor = descriptor;
    const api = new DataView(new ArrayBuffer(faultApi.bytes));
    const features = faultFeature.writeProtectUnpopulated | faultFeature.writeProtectAsync;
    api.setBigUint64(faultApi.api, BigInt(faultApi.version), true);
    api.setBigUint64(faultApi.features, BigInt(features), true);
    descriptor.ioctlOn('UFFDIO_API for protection that passes', faultRequest.api, api);
  }

  /**
   * Takes a copy of descriptor `number` of process `pid`.
   * @throws KernelError if it may not be taken, or is not what it should be.
   */
  static takeFrom(pid: number, number: number): ForeignFaults {
    const process = new Descriptor('pidfd_open', libc().syscallWith(callNumber.pidfdOpen, pid, 0, 0, 0));
    try {
      return Scope.build((scope) => {
        const copy = libc().syscallWith(callNumber.pidfdGetfd, process.number, number, 0, 0);
        return new ForeignFaults(scope.own(new Descriptor('pidfd_getfd', copy)));
      });
    } finally {
      process.close();
    }
  }

  /** Watches a range of addresses; false if the kernel cannot watch all of it. */
  register(start: number, end: number): boolean {
    const struct = this.#register;
    struct.setBigUint64(faultRegister.start, BigInt(start), true);
    struct.setBigUint64(faultRegister.length, BigInt(end - start), true);
    struct.setBigUint64(faultRegister.mode, BigInt(faultRegister.writeProtect), true);
    return this.#call(faultRequest.register, struct) !== -1;
  }

  /** Protects every page of a watched range, there or not; false if not all of it is watched. */
  protect(start: number, end: number): boolean {
    const struct = this.#protect;
    struct.setBigUint64(faultProtect.start, BigInt(start), true);
    struct.setBigUint64(faultProtect.length, BigInt(end - start), true);
    struct.setBigUint64(faultProtect.mode, BigInt(faultProtect.protect), true);
    return this.#call(faultRequest.writeProtect, struct) !== -1;
  }

  #call(request: number, struct: DataView<ArrayBuffer>): number {
    const { ioctlOn, errno } = libc();
    const argument = new Uint8Array(struct.buffer);
    for (;;) {
      const result = ioctlOn(this.#descriptor.number, request, argument);
      this.calls++;
      if (result !== -1 || KernelError.of('', errno()).errno !== 'EAGAIN') return result;
    }
  }

  close(): void {
    this.#descriptor.close();
  }
}

/** Sends `signal` to one thread of this process, if it is there still. @throws KernelError if it cannot be sent. */
export function signalThread(thread: number, signal: number): void {
  if (libc().syscallWith(callNumber.threadKill, process.pid, thread, signal, 0) !== -1) return;
  const errno = libc().errno();
  if (errno !== constants.errno.ESRCH) throw KernelError.of('tgkill', errno);
}

/** The number by which the kernel knows the calling thread. */
export function ownThread(): number {
  return libc().syscallWith(callNumber.getTid, 0, 0, 0, 0);
}
