import type { Descriptor } from './descriptor.js';
import { DirtyRing } from './dirty-ring.js';
import { errnoName, KernelError } from './error.js';
import { floatingPoint, kvmRequest, mpState, registers, runState, specialRegisters, syncRegisters } from './kvm-abi.js';
import { libc } from './libc.js';
import { Mapping } from './memory.js';
import { type Closable, Scope } from './scope.js';

/** The parts of a vCPU's state that can be read and set, each as the bytes of the kernel's struct. */
const parts = {
  registers: {
    bytes: registers.bytes,
    get: kvmRequest.getRegisters,
    set: kvmRequest.setRegisters,
    getCall: 'KVM_GET_REGS',
    setCall: 'KVM_SET_REGS',
  },
  specialRegisters: {
    bytes: specialRegisters.bytes,
    get: kvmRequest.getSpecialRegisters,
    set: kvmRequest.setSpecialRegisters,
    getCall: 'KVM_GET_SREGS',
    setCall: 'KVM_SET_SREGS',
  },
  floatingPoint: {
    bytes: floatingPoint.bytes,
    get: kvmRequest.getFloatingPoint,
    set: kvmRequest.setFloatingPoint,
    getCall: 'KVM_GET_FPU',
    setCall: 'KVM_SET_FPU',
  },
} as const;

/** A part of a vCPU's state that can be read and set: `registers`, `specialRegisters` or `floatingPoint`. */
export type VcpuPart = keyof typeof parts;

const interrupted = 'EINTR';

/**
 * Runs a vCPU on this thread until the guest exits; a signal meanwhile does not end it. `descriptor` is the vCPU's, so a
 * thread that did not make it can run it; one thread at a time may.
 * @returns the error number of KVM_RUN, or 0.
 */
export function runVcpu(descriptor: number): number {
  const { ioctl, errno } = libc();
  for (;;) {
    if (ioctl(descriptor, kvmRequest.run, 0) !== -1) return 0;
    const error = errno();
    if (errnoName(error) !== interrupted) return error;
  }
}

/** A virtual processor. */
export class Vcpu implements Closable {
  /** The vCPU's dirty ring, where the machine has rings. */
  readonly ring: DirtyRing | null;
  readonly #descriptor: Descriptor;
  readonly #scope: Scope;
  readonly #state: DataView<ArrayBuffer>;

  /** Takes `descriptor` over, also if it throws. */
  constructor(descriptor: Descriptor, runStateBytes: number, ringEntries: number) {
    const opened = Scope.build((scope) => {
      scope.own(descriptor);
      const state = scope.own(Mapping.shared('mmap of kvm_run', descriptor.number, 0, runStateBytes));
      const ring = ringEntries === 0 ? null : scope.own(DirtyRing.open(descriptor.number, ringEntries));
      return { scope, ring, state: new DataView(state.window(0, runStateBytes)) };
    });
    this.#descriptor = descriptor;
    this.#scope = opened.scope;
    this.#state = opened.state;
    this.ring = opened.ring;
  }

  /** Number of the vCPU's descriptor, for another thread's `runVcpu`. */
  get descriptor(): number {
    return this.#descriptor.number;
  }

  /** Why it last stopped: one of `exitReason`. */
  get exitReason(): number {
    return this.#state.getUint32(runState.exitReason, true);
  }

  /** Runs it on this thread until it exits. @throws KernelError if KVM_RUN fails. */
  run(): void {
    const error = runVcpu(this.#descriptor.number);
    if (error !== 0) throw KernelError.of('KVM_RUN', error);
  }

  /**
   * Lets KVM finish the I/O that it stopped for, without running the guest: its registers are then past it. Shared registers are
   * brought up to date too. @throws KernelError if KVM_RUN fails.
   */
  settle(): void {
    this.#state.setUint8(runState.immediateExit, 1);
    const { ioctl, errno } = libc();
    const error = ioctl(this.#descriptor.number, kvmRequest.run, 0) === -1 ? errno() : 0;
    this.#state.setUint8(runState.immediateExit, 0);
    // An immediate exit is told as if a signal had interrupted the call.
    if (error !== 0 && errnoName(error) !== interrupted) throw KernelError.of('KVM_RUN', error);
  }

  /**
   * From now on KVM leaves the registers in shared memory whenever it stops (KVM_CAP_SYNC_REGS), so that reading them takes
   * no call. The view has struct kvm_regs and after it struct kvm_sregs, as they are now and after every run.
   */
  shareRegisters(): DataView<ArrayBuffer> {
    const wanted = syncRegisters.registers | syncRegisters.specialRegisters;
    this.#state.setBigUint64(runState.wantedRegisters, BigInt(wanted), true);
    this.settle();
    const { buffer, byteOffset } = this.#state;
    return new DataView(buffer, byteOffset + runState.registers, registers.bytes + specialRegisters.bytes);
  }

  /** A part of its state, in the kernel's layout. */
  get(part: VcpuPart): DataView<ArrayBuffer> {
    const { bytes, get, getCall } = parts[part];
    const state = new DataView(new ArrayBuffer(bytes));
    this.#descriptor.ioctlOn(getCall, get, state);
    return state;
  }

  /** Sets a part of its state, in the kernel's layout. @throws KernelError if KVM refuses it. */
  set(part: VcpuPart, state: DataView<ArrayBuffer>): void {
    const { set, setCall } = parts[part];
    this.#descriptor.ioctlOn(setCall, set, state);
  }

  /** Lets it run: all vCPUs but the first otherwise wait for a start-up signal. */
  start(): void {
    const state = new DataView(new ArrayBuffer(mpState.bytes));
    state.setUint32(mpState.state, mpState.runnable, true);
    this.#descriptor.ioctlOn('KVM_SET_MP_STATE', kvmRequest.setMpState, state);
  }

  /** How often its time-stamp counter ticks in a millisecond. @throws KernelError if KVM does not know it. */
  ticksPerMs(): number {
    return this.#descriptor.ioctl('KVM_GET_TSC_KHZ', kvmRequest.getTscKhz, 0);
  }

  /** Sets what CPUID tells the guest: a struct kvm_cpuid2. @throws KernelError if KVM refuses it. */
  setCpuid(table: DataView<ArrayBuffer>): void {
    this.#descriptor.ioctlOn('KVM_SET_CPUID2', kvmRequest.setCpuid2, table);
  }

  close(): void {
    this.#scope.close();
  }
}
