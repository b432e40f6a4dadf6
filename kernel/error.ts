import { constants } from 'node:os';
import { UserError } from '../base/usererror.js';

interface UsualCause {
  readonly why: string;
  readonly remedy: string;
}

const permission: UsualCause = {
  why: 'this user may not open it',
  remedy: 'run as root, or as a member of the group that owns it (usually kvm)',
};
const tooOld = (what: string, version: string): UsualCause => ({
  why: `this kernel has no ${what}`,
  remedy: `Linux ${version} or newer, built with it`,
});

/** What usually makes a call fail in a certain way. */
const ofCall: Record<string, Record<string, UsualCause>> = {
  'open /dev/kvm': {
    ENOENT: { why: 'there is no KVM here', remedy: 'load kvm_intel or kvm_amd, or turn on nested virtualisation' },
    ENODEV: { why: 'the KVM module has no hardware to use', remedy: 'turn on VT-x or AMD-V in the firmware' },
    ENXIO: { why: 'the KVM module has no hardware to use', remedy: 'turn on VT-x or AMD-V in the firmware' },
    EACCES: permission,
    EPERM: permission,
  },
  KVM_CREATE_VM: {
    EBUSY: { why: 'another hypervisor holds the processor', remedy: 'stop it (VirtualBox, VMware), then try again' },
  },
  KVM_SET_USER_MEMORY_REGION: {
    ENOMEM: { why: 'the kernel has no memory for the slot’s own tables', remedy: 'a smaller guest' },
  },
  'KVM_ENABLE_CAP of the dirty ring': {
    EINVAL: {
      why: 'this kernel does not take a ring of that size, or has none',
      remedy: 'a power of two of entries, 1024 to 65536, on Linux 5.11 or newer',
    },
    E2BIG: { why: 'the ring is larger than this kernel allows', remedy: 'at most 65536 entries' },
  },
  'KVM_ENABLE_CAP of manual dirty log protection': {
    EINVAL: tooOld('KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2', '5.2'),
  },
  userfaultfd: {
    ENOSYS: tooOld('userfaultfd', '5.11'),
    EINVAL: tooOld('userfaultfd for user mode alone', '5.11'),
    EPERM: { why: 'this user may not use userfaultfd', remedy: 'run as root, or allow the call in the sandbox' },
  },
  'UFFDIO_API for protection that passes': { EINVAL: tooOld('asynchronous userfaultfd write protection', '6.7') },
  'UFFDIO_API for protection that waits': { EINVAL: tooOld('write protection of pages not yet there', '6.4') },
  UFFDIO_REGISTER: { EINVAL: tooOld('userfaultfd write protection', '5.7') },
  'UFFDIO_REGISTER of a private copy of a file': {
    EINVAL: {
      why: 'the kernel lets a write to a file on disk pass, and cannot have it wait',
      remedy: 'a file in memory (TMPDIR=/dev/shm)',
    },
  },
  PAGEMAP_SCAN: {
    ENOTTY: tooOld('PAGEMAP_SCAN', '6.7'),
    EINVAL: tooOld('PAGEMAP_SCAN with write protection', '6.7'),
    EPERM: tooOld('asynchronous userfaultfd write protection', '6.7'),
  },
  MADV_POPULATE_WRITE: { EINVAL: tooOld('MADV_POPULATE_WRITE', '5.14') },
  'write /proc/self/clear_refs': { EINVAL: tooOld('soft-dirty tracking', '3.11') },
};

/** What usually makes any call fail in a certain way. */
const ofAnyCall: Record<string, UsualCause> = {
  EMFILE: { why: 'this process has too many files open', remedy: 'raise the limit (ulimit -n)' },
  ENFILE: { why: 'the machine has too many files open', remedy: 'raise fs.file-max' },
  ENOMEM: { why: 'there is not enough memory or address space', remedy: 'a smaller guest, or fewer at once' },
  EACCES: { why: 'this user may not open it', remedy: 'run as root' },
  EPERM: { why: 'this user may not do that', remedy: 'run as root' },
};

// Of two names of one number the first holds: EAGAIN, not EWOULDBLOCK. A map keeps what it is given last.
const names = new Map(
  Object.entries(constants.errno)
    .map(([name, value]) => [value, name] as const)
    .toReversed(),
);

/** The name of an error number of the kernel, as in `ENOMEM`. */
export function errnoName(errno: number): string {
  return names.get(errno) ?? `errno ${errno}`;
}

/** A kernel call that failed, or that cannot be made here; the message names it, says why and what would help. */
export class KernelError extends UserError {
  override readonly name = 'KernelError';
  /** The call, as `KVM_RUN`. */
  readonly call: string;
  /** The kernel's error by name, as `EACCES`; empty if the kernel was not reached. */
  readonly errno: string;
  /** The call, its error and what that usually means: the message without the remedy. */
  readonly why: string;
  /** What would make it work; empty if nothing is known. */
  readonly remedy: string;

  constructor(call: string, errno: string, why: string, remedy: string) {
    const whole = `${call}: ${[errno, why].filter((part) => part !== '').join(', ')}`;
    super(remedy === '' ? whole : `${whole}; what helps: ${remedy}`);
    this.call = call;
    this.errno = errno;
    this.why = whole;
    this.remedy = remedy;
  }

  /** The error of a call that returned this error number. */
  static of(call: string, errno: number): KernelError {
    const name = errnoName(errno);
    const cause = ofCall[call]?.[name] ?? ofAnyCall[name];
    return new KernelError(call, name, cause?.why ?? '', cause?.remedy ?? '');
  }
}
