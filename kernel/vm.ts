import { pageBytes } from '../base/size.js';
import { Descriptor, openFlags } from './descriptor.js';
import { KernelError } from './error.js';
import {
  apiVersion,
  capability,
  clearDirtyLog,
  cpuid,
  dirtyLog,
  enableCap,
  kvmRequest,
  manualProtect,
  memoryRegion,
  ringEntry,
  slotFlags,
} from './kvm-abi.js';
import type { Mapping } from './memory.js';
import { type Closable, Scope } from './scope.js';
import { Vcpu } from './vcpu.js';

/** How KVM remembers which pages the guest writes: settled when the machine is made. */
export type DirtyLogging =
  | { readonly kind: 'none' }
  /** One bit a page; reading the log starts it anew. */
  | { readonly kind: 'bitmap'; readonly manualProtect: false }
  /**
   * One bit a page; reading the log does not start it anew, clearing it does. With `atFirst: 'set'` no page is protected when the log is
   * turned on, and every bit is set until it is cleared.
   */
  | { readonly kind: 'bitmap'; readonly manualProtect: true; readonly atFirst: 'clear' | 'set' }
  /** A ring for each vCPU with that many entries, a power of two. */
  | { readonly kind: 'ring'; readonly entries: number };

/** A piece of guest memory that KVM knows. */
export interface Slot {
  readonly number: number;
  readonly guestAddress: number;
  /** Where its memory is in this process. */
  readonly hostAddress: number;
  /** Where it begins in the mapping behind it, in pages. */
  readonly firstPage: number;
  readonly pages: number;
  /** KVM remembers the writes to it. */
  readonly logged: boolean;
}

/** Three pages that KVM wants in every machine: below 4 GiB, where no guest memory may be (KVM_SET_TSS_ADDR). */
const tssAddress = 0xfffbd000;
/** More entries than any processor's CPUID has. */
const mostCpuidEntries = 256;

/**
 * A virtual machine of KVM. Closing it closes its vCPUs; the memory behind its slots is its maker's. A worker thread that is
 * terminated before it closes one leaves it open until the process ends: Node knows nothing of it.
 */
export class Vm implements Closable {
  readonly logging: DirtyLogging;
  readonly slots: Slot[] = [];
  readonly vcpus: Vcpu[] = [];
  readonly #scope: Scope;
  readonly #descriptor: Descriptor;
  readonly #runStateBytes: number;
  readonly #cpuid: DataView<ArrayBuffer>;
  readonly #dirtyLog = new DataView(new ArrayBuffer(dirtyLog.bytes));
  readonly #clearDirtyLog = new DataView(new ArrayBuffer(clearDirtyLog.bytes));

  private constructor(scope: Scope, kvm: Descriptor, logging: DirtyLogging) {
    this.#scope = scope;
    this.logging = logging;
    this.#runStateBytes = kvm.ioctl('KVM_GET_VCPU_MMAP_SIZE', kvmRequest.getVcpuMmapSize, 0);
    this.#cpuid = supportedCpuid(kvm);
    this.#descriptor = scope.own(new Descriptor('KVM_CREATE_VM', kvm.ioctl('KVM_CREATE_VM', kvmRequest.createVm, 0)));
    this.#descriptor.ioctl('KVM_SET_TSS_ADDR', kvmRequest.setTssAddress, tssAddress);
    if (logging.kind === 'ring') {
      this.#enable('KVM_ENABLE_CAP of the dirty ring', capability.dirtyRing, logging.entries * ringEntry.bytes);
    } else if (logging.kind === 'bitmap' && logging.manualProtect) {
      const flags = manualProtect.enable | (logging.atFirst === 'set' ? manualProtect.initiallySet : 0);
      this.#enable('KVM_ENABLE_CAP of manual dirty log protection', capability.manualDirtyLogProtect, flags);
    }
  }

  /**
   * A machine without memory and vCPUs.
   * @throws KernelError if KVM cannot be used here, or does not know this way of logging.
   */
  static open(logging: DirtyLogging, path = '/dev/kvm'): Vm {
    const kvm = Descriptor.open(path, openFlags.readWrite);
    try {
      const version = kvm.ioctl('KVM_GET_API_VERSION', kvmRequest.getApiVersion, 0);
      if (version !== apiVersion) {
        throw new KernelError(
          'KVM_GET_API_VERSION',
          '',
          `it is ${version}, not ${apiVersion}`,
          'Linux 2.6.22 or newer',
        );
      }
      return Scope.build((scope) => new Vm(scope, kvm, logging));
    } finally {
      kvm.close();
    }
  }

  /**
   * Gives the guest `bytes` of `memory`, from `offset` on, at `guestAddress`.
   * @throws KernelError if KVM refuses.
   */
  addSlot(guestAddress: number, memory: Mapping, offset: number, bytes: number, logged: boolean): void {
    const slot: Slot = {
      number: this.slots.length,
      guestAddress,
      hostAddress: memory.address + offset,
      firstPage: offset / pageBytes,
      pages: bytes / pageBytes,
      logged,
    };
    this.#setSlot(slot, logged && this.logging.kind !== 'none');
    this.slots.push(slot);
  }

  /**
   * Turns logging off, or on again, for every logged slot of a machine that logs. On: as when the slot was new, nothing counts as
   * written, or all where the log is set at first. None of its vCPUs runs meanwhile.
   * @throws KernelError if KVM refuses.
   */
  setLogging(on: boolean): void {
    for (const slot of this.slots) if (slot.logged) this.#setSlot(slot, on);
  }

  /** @throws KernelError if KVM refuses. */
  addVcpu(): Vcpu {
    const id = this.vcpus.length;
    const result = this.#descriptor.ioctl('KVM_CREATE_VCPU', kvmRequest.createVcpu, id);
    const ringEntries = this.logging.kind === 'ring' ? this.logging.entries : 0;
    const vcpu = this.#scope.own(new Vcpu(new Descriptor('KVM_CREATE_VCPU', result), this.#runStateBytes, ringEntries));
    vcpu.setCpuid(this.#cpuid);
    this.vcpus.push(vcpu);
    return vcpu;
  }

  /** What KVM says to a capability's number: 0 if it does not have it. It is also the cheapest call there is. */
  checkExtension(number: number): number {
    return this.#descriptor.ioctl('KVM_CHECK_EXTENSION', kvmRequest.checkExtension, number);
  }

  /**
   * Writes a slot's dirty bits (one a page, in words of 64) to the memory at `bitmap`; without manual protection it
   * also forgets them and protects the pages again.
   */
  getDirtyLog(slot: number, bitmap: number): void {
    const log = this.#dirtyLog;
    log.setUint32(dirtyLog.slot, slot, true);
    log.setBigUint64(dirtyLog.bitmap, BigInt(bitmap), true);
    this.#descriptor.ioctlOn('KVM_GET_DIRTY_LOG', kvmRequest.getDirtyLog, log);
  }

  /**
   * Forgets the pages whose bits are set in `bitmap`, whose first bit stands for `firstPage` of the slot, and protects
   * them again. `firstPage` and `pages` are multiples of 64, except that the range may end with the slot.
   */
  clearDirtyLog(slot: number, firstPage: number, pages: number, bitmap: number): void {
    const clear = this.#clearDirtyLog;
    clear.setUint32(clearDirtyLog.slot, slot, true);
    clear.setUint32(clearDirtyLog.pages, pages, true);
    clear.setBigUint64(clearDirtyLog.firstPage, BigInt(firstPage), true);
    clear.setBigUint64(clearDirtyLog.bitmap, BigInt(bitmap), true);
    this.#descriptor.ioctlOn('KVM_CLEAR_DIRTY_LOG', kvmRequest.clearDirtyLog, clear);
  }

  /** Takes the harvested entries out of all rings and protects their pages again; returns how many they were. */
  resetDirtyRings(): number {
    return this.#descriptor.ioctl('KVM_RESET_DIRTY_RINGS', kvmRequest.resetDirtyRings, 0);
  }

  close(): void {
    this.#scope.close();
  }

  #setSlot({ number, guestAddress, hostAddress, pages }: Slot, on: boolean): void {
    const region = new DataView(new ArrayBuffer(memoryRegion.bytes));
    region.setUint32(memoryRegion.slot, number, true);
    region.setUint32(memoryRegion.flags, on ? slotFlags.logDirtyPages : 0, true);
    region.setBigUint64(memoryRegion.guestAddress, BigInt(guestAddress), true);
    region.setBigUint64(memoryRegion.size, BigInt(pages * pageBytes), true);
    region.setBigUint64(memoryRegion.hostAddress, BigInt(hostAddress), true);
    this.#descriptor.ioctlOn('KVM_SET_USER_MEMORY_REGION', kvmRequest.setUserMemoryRegion, region);
  }

  #enable(call: string, number: number, argument: number): void {
    const cap = new DataView(new ArrayBuffer(enableCap.bytes));
    cap.setUint32(enableCap.capability, number, true);
    cap.setBigUint64(enableCap.firstArgument, BigInt(argument), true);
    this.#descriptor.ioctlOn(call, kvmRequest.enableCap, cap);
  }
}

/** The CPUID that KVM can give a guest here; the guest gets it whole. */
function supportedCpuid(kvm: Descriptor): DataView<ArrayBuffer> {
  const table = new DataView(new ArrayBuffer(cpuid.bytes + mostCpuidEntries * cpuid.entryBytes));
  table.setUint32(cpuid.count, mostCpuidEntries, true);
  kvm.ioctlOn('KVM_GET_SUPPORTED_CPUID', kvmRequest.getSupportedCpuid, table);
  return table;
}
