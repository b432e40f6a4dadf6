import { ioctlsOf } from './ioctl.js';

/**
 * KVM's interface on x86-64, from linux/kvm.h and asm/kvm.h: each struct's size and the byte offsets of its fields, then
 * the requests, whose numbers contain those sizes. Some entries are no offsets but values of a field, and say so.
 */

/** struct kvm_userspace_memory_region: u32 slot, u32 flags, u64 guest_phys_addr, u64 memory_size, u64 userspace_addr. */
export const memoryRegion = { bytes: 32, slot: 0, flags: 4, guestAddress: 8, size: 16, hostAddress: 24 } as const;

/** struct kvm_dirty_log: u32 slot, u32 padding, u64 dirty_bitmap (a user address). */
export const dirtyLog = { bytes: 16, slot: 0, bitmap: 8 } as const;

/** struct kvm_clear_dirty_log: u32 slot, u32 num_pages, u64 first_page, u64 dirty_bitmap (a user address). */
export const clearDirtyLog = { bytes: 24, slot: 0, pages: 4, firstPage: 8, bitmap: 16 } as const;

/** struct kvm_enable_cap: u32 cap, u32 flags, u64 args[4], u8 pad[64]. */
export const enableCap = { bytes: 104, capability: 0, firstArgument: 8 } as const;

/** struct kvm_mp_state: u32 mp_state. `runnable` is a value of it (KVM_MP_STATE_RUNNABLE). */
export const mpState = { bytes: 4, state: 0, runnable: 0 } as const;

/** struct kvm_cpuid2: u32 nent, u32 padding, then 40-byte entries; its request carries the size without entries. */
export const cpuid = { bytes: 8, count: 0, entryBytes: 40 } as const;

/**
 * struct kvm_dirty_gfn, an entry of the dirty ring: u32 flags, u32 slot, u64 offset in pages of the slot. `dirty` and `collected` are
 * bits of the flags (KVM_DIRTY_GFN_F_DIRTY, KVM_DIRTY_GFN_F_RESET).
 */
export const ringEntry = { bytes: 16, flags: 0, slot: 4, offset: 8, dirty: 1, collected: 2 } as const;

/**
 * struct kvm_run, as far as it is used here: u8 immediate_exit, u32 exit_reason, u64 kvm_valid_regs, then struct
 * kvm_sync_regs: what KVM leaves there at every exit, as far as kvm_valid_regs asks for it.
 */
export const runState = {
  immediateExit: 1,
  exitReason: 8,
  wantedRegisters: 288,
  registers: 304,
} as const;

/** Bits of kvm_valid_regs (KVM_SYNC_X86_*); KVM_CAP_SYNC_REGS says which ones are known. */
export const syncRegisters = { registers: 1, specialRegisters: 2 } as const;

/** struct kvm_regs: sixteen general registers, then rip and rflags, each u64. */
export const registers = {
  bytes: 144,
  rax: 0,
  rbx: 8,
  rcx: 16,
  rdx: 24,
  rsi: 32,
  rdi: 40,
  rsp: 48,
  rbp: 56,
  rip: 128,
  rflags: 136,
} as const;

/** struct kvm_segment: u64 base, u32 limit, u16 selector, then one byte for each attribute. */
export const segment = {
  bytes: 24,
  base: 0,
  limit: 8,
  selector: 12,
  type: 14,
  present: 15,
  operandSize: 17,
  system: 18,
  long: 19,
  granularity: 20,
} as const;

/** struct kvm_sregs: eight segments, two descriptor tables, control registers, EFER, APIC base, interrupt bitmap. */
export const specialRegisters = {
  bytes: 312,
  cs: 0,
  ds: 24,
  es: 48,
  fs: 72,
  gs: 96,
  ss: 120,
  cr0: 224,
  cr3: 240,
  cr4: 248,
  efer: 264,
} as const;

/** struct kvm_fpu: x87 and SSE state. */
export const floatingPoint = { bytes: 416 } as const;

const { io, ior, iow, iowr } = ioctlsOf(0xae);

/** KVM's requests. */
export const kvmRequest = {
  getApiVersion: io(0x00),
  createVm: io(0x01),
  checkExtension: io(0x03),
  getVcpuMmapSize: io(0x04),
  getSupportedCpuid: iowr(0x05, cpuid.bytes),
  createVcpu: io(0x41),
  getDirtyLog: iow(0x42, dirtyLog.bytes),
  setUserMemoryRegion: iow(0x46, memoryRegion.bytes),
  setTssAddress: io(0x47),
  run: io(0x80),
  getRegisters: ior(0x81, registers.bytes),
  setRegisters: iow(0x82, registers.bytes),
  getSpecialRegisters: ior(0x83, specialRegisters.bytes),
  setSpecialRegisters: iow(0x84, specialRegisters.bytes),
  getFloatingPoint: ior(0x8c, floatingPoint.bytes),
  setFloatingPoint: iow(0x8d, floatingPoint.bytes),
  setCpuid2: iow(0x90, cpuid.bytes),
  setMpState: iow(0x99, mpState.bytes),
  enableCap: iow(0xa3, enableCap.bytes),
  getTscKhz: io(0xa3),
  clearDirtyLog: iowr(0xc0, clearDirtyLog.bytes),
  resetDirtyRings: io(0xc7),
} as const;

/** KVM's only API version. */
export const apiVersion = 12;

/** Capabilities (KVM_CAP_*). */
export const capability = { syncRegisters: 74, manualDirtyLogProtect: 168, dirtyRing: 192 } as const;

/** What manual protection of the dirty log is enabled with (KVM_DIRTY_LOG_MANUAL_PROTECT_ENABLE, KVM_DIRTY_LOG_INITIALLY_SET). */
export const manualProtect = { enable: 1, initiallySet: 2 } as const;

/** Flags of a memory slot (KVM_MEM_*). */
export const slotFlags = { logDirtyPages: 1 } as const;

/** Page offset of the dirty ring in a vCPU's descriptor (KVM_DIRTY_LOG_PAGE_OFFSET). */
export const ringPageOffset = 64;

/** Why a vCPU stopped (KVM_EXIT_*): those that a guest here can meet. */
export const exitReason = { io: 2, mmio: 6, shutdown: 8, failEntry: 9, internalError: 17, dirtyRingFull: 31 } as const;

/** What an exit is called, for messages. */
export function exitName(reason: number): string {
  return Object.entries(exitReason).find(([, number]) => number === reason)?.[0] ?? 'unknown';
}
