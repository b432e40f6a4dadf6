import type { KvmTrackerKind } from './kind.js';
import { KvmBitmap } from './kvm-bitmap.js';
import { KvmBitmapClear } from './kvm-bitmap-clear.js';
import { KvmBitmapInitiallySet } from './kvm-bitmap-initially-set.js';
import { KvmFlags } from './kvm-flags.js';
import { logBytes } from './kvm-log.js';
import { KvmNull } from './kvm-null.js';
import { KvmRing } from './kvm-ring.js';

export const kvmTrackerNames = [
  'kvm-null',
  'kvm-bitmap',
  'kvm-bitmap-clear',
  'kvm-bitmap-initially-set',
  'kvm-flags',
  'kvm-ring',
] as const;

export type KvmTrackerName = (typeof kvmTrackerNames)[number];

const anyLinux = 'KVM on Linux 5.0 or newer';

/** Every tracker on a KVM machine. */
export const kvmTrackers: Record<KvmTrackerName, KvmTrackerKind> = {
  'kvm-null': {
    guest: 'kvm',
    summary: 'a call that KVM answers at once, and no page found: the floor of the trackers on KVM',
    usedBy: 'dirtybench',
    floor: true,
    needs: anyLinux,
    bytes: () => 0,
    logging: () => ({ kind: 'none' }),
    attach: (vm) => new KvmNull(vm),
  },
  'kvm-bitmap': {
    guest: 'kvm',
    nsPerPage: 0.06,
    summary: "KVM's dirty log, one bit a page, copied out and every word looked at",
    usedBy: 'QEMU, Firecracker, Cloud Hypervisor',
    needs: anyLinux,
    bytes: logBytes,
    logging: () => ({ kind: 'bitmap', manualProtect: false }),
    attach: (vm) => new KvmBitmap(vm),
  },
  'kvm-bitmap-clear': {
    guest: 'kvm',
    nsPerPage: 0.06,
    summary: 'the dirty log with manual protection: copied out first, then cleared where pages were found',
    usedBy: 'QEMU',
    needs: 'KVM with manual dirty log protection: Linux 5.2 or newer',
    bytes: logBytes,
    logging: () => ({ kind: 'bitmap', manualProtect: true, atFirst: 'clear' }),
    attach: (vm) => new KvmBitmapClear(vm),
  },
  'kvm-bitmap-initially-set': {
    guest: 'kvm',
    nsPerPage: 0.06,
    summary:
      'manual protection with every bit set at first: turned on for nothing, then protected and cleared in chunks',
    usedBy: 'QEMU',
    needs: 'KVM with a dirty log that is set at first: Linux 5.7 or newer',
    bytes: (pages) => KvmBitmapInitiallySet.bytes(pages),
    logging: () => ({ kind: 'bitmap', manualProtect: true, atFirst: 'set' }),
    attach: (vm, pages) => KvmBitmapInitiallySet.attach(vm, pages),
  },
  'kvm-flags': {
    guest: 'kvm',
    nsPerPage: 2.2,
    summary: 'the dirty log copied into a byte a page, and two full passes over the bytes: as Kemari did',
    usedBy: 'QEMU 1.0, Kemari',
    needs: anyLinux,
    bytes: (pages) => logBytes(pages) + pages,
    logging: () => ({ kind: 'bitmap', manualProtect: false }),
    attach: (vm, pages) => new KvmFlags(vm, pages),
  },
  'kvm-ring': {
    guest: 'kvm',
    summary: "KVM's dirty ring: a queue of the pages written, for each vCPU",
    usedBy: 'QEMU (dirty-ring-size)',
    takesRing: true,
    needs: 'KVM with the dirty ring: Linux 5.11 or newer',
    bytes: (_pages, { ringEntries }) => KvmRing.bytes(ringEntries ?? KvmRing.defaultEntries),
    logging: ({ ringEntries }) => ({ kind: 'ring', entries: ringEntries ?? KvmRing.defaultEntries }),
    attach: (vm) => new KvmRing(vm),
  },
};
