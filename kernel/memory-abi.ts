import { ioctlsOf } from './ioctl.js';

/**
 * The kernel's interfaces to a process's own page tables: each struct's size and the byte offsets of its fields, then the
 * requests, whose numbers contain those sizes.
 */

/** struct uffdio_api (linux/userfaultfd.h): u64 api, u64 features, u64 ioctls. */
export const faultApi = { bytes: 24, api: 0, features: 8, version: 0xaa } as const;

/** UFFD_FEATURE_*: write protection (Linux 5.7), that of pages that are not there yet (6.4), and its lifting without a handler (6.7). */
export const faultFeature = { writeProtect: 1, writeProtectUnpopulated: 1 << 13, writeProtectAsync: 1 << 15 } as const;

/** struct uffdio_register: u64 start, u64 len, u64 mode, u64 ioctls; the mode of write protection. */
export const faultRegister = { bytes: 32, start: 0, length: 8, mode: 16, writeProtect: 2 } as const;

/** struct uffdio_range: u64 start, u64 len. */
export const faultRange = { bytes: 16, start: 0, length: 8 } as const;

/** struct uffdio_writeprotect: u64 start, u64 len, u64 mode (1: protect, 0: lift it and wake who waits). */
export const faultProtect = { bytes: 24, start: 0, length: 8, mode: 16, protect: 1, lift: 0 } as const;

/** struct uffd_msg: u8 event, then for a page fault u64 flags at 8, u64 address at 16. */
export const faultMessage = { bytes: 32, event: 0, address: 16, pageFault: 0x12 } as const;

/** userfaultfd(2): its number on x86-64, and its flags: O_CLOEXEC, O_NONBLOCK, UFFD_USER_MODE_ONLY (5.11). */
export const faultSyscall = { number: 323, closeOnExec: 0o2000000, nonBlocking: 0o4000, userModeOnly: 1 } as const;

/** struct pm_scan_arg (linux/fs.h): twelve u64; flags and categories as far as they are used here. */
export const scan = {
  bytes: 96,
  size: 0,
  flags: 8,
  start: 16,
  end: 24,
  walkEnd: 32,
  regions: 40,
  regionCount: 48,
  categoryMask: 72,
  categoryAnyMask: 80,
  returnMask: 88,
  writeProtectMatching: 1,
  checkWriteProtectAsync: 2,
  written: 2,
  present: 8,
} as const;

/** struct page_region: u64 start, u64 end, u64 categories. */
export const scanRegion = { bytes: 24, start: 0, end: 8 } as const;

/** An entry of /proc/self/pagemap (admin-guide/mm/pagemap): a u64 a page, whose bits from 32 up are in its high word. */
export const pagemapEntry = {
  bytes: 8,
  highSoftDirty: 1 << (55 - 32),
  highWriteProtected: 1 << (57 - 32),
  /** Of a file, or shared: not the process's own. */
  highFile: 1 << (61 - 32),
  highSwapped: 1 << (62 - 32),
  /** Below zero, as bit operators give it. */
  highPresent: 1 << (63 - 32),
} as const;

const fault = ioctlsOf(0xaa);
const file = ioctlsOf('f'.charCodeAt(0));

/** The requests of a userfaultfd. */
export const faultRequest = {
  api: fault.iowr(0x3f, faultApi.bytes),
  register: fault.iowr(0x00, faultRegister.bytes),
  unregister: fault.ior(0x01, faultRange.bytes),
  writeProtect: fault.iowr(0x06, faultProtect.bytes),
} as const;

/** PAGEMAP_SCAN, on /proc/self/pagemap. */
export const scanRequest = file.iowr(16, scan.bytes);
