import type { KvmTrackerKind } from './kind.js';
import { KvmBitmap } from './kvm-bitmap.js';
import { logBytes } from './kvm-log.js';
import { KvmNull } from './kvm-null.js';
import { KvmRing } from './kvm-ring.js';

export const kvmTrackerNames = ['kvm-null', 'kvm-bitmap', 'kvm-ring'] as const;

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
    summary: "KVM's dirty log, one bit a page, copied out and every word looked at",
    usedBy: 'QEMU, Firecracker, Cloud Hypervisor',
    needs: anyLinux,
    bytes: logBytes,
    logging: () => ({ kind: 'bitmap', manualProtect: false }),
    attach: (vm) => new KvmBitmap(vm),
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
