import { catalogue, type TrackerNameOn } from '../catalogue.js';
import type { KvmTrackerKind } from '../kind.js';
import { KvmBitmap } from './kvm-bitmap.js';
import { KvmBitmapClear } from './kvm-bitmap-clear.js';
import { KvmBitmapInitiallySet } from './kvm-bitmap-initially-set.js';
import { KvmFlags } from './kvm-flags.js';
import { logBytes } from './kvm-log.js';
import { KvmNull } from './kvm-null.js';
import { KvmRing } from './kvm-ring.js';
import { KvmRingDeferred } from './kvm-ring-deferred.js';

/** The name of a tracker on a KVM machine. */
export type KvmTrackerName = TrackerNameOn<'kvm'>;

const anyLinux = 'KVM on Linux 5.0 or newer';
const withRings = 'KVM with the dirty ring: Linux 5.11 or newer';

const inRings: KvmTrackerKind['logging'] = ({ ringEntries }) => ({
  kind: 'ring',
  entries: ringEntries ?? KvmRing.defaultEntries,
});

/** Every tracker on a KVM machine. */
export const kvmTrackers: Record<KvmTrackerName, KvmTrackerKind> = {
  'kvm-null': {
    ...catalogue['kvm-null'],
    needs: anyLinux,
    bytes: () => 0,
    logging: () => ({ kind: 'none' }),
    attach: (vm) => new KvmNull(vm),
  },
  'kvm-bitmap': {
    ...catalogue['kvm-bitmap'],
    needs: anyLinux,
    bytes: logBytes,
    logging: () => ({ kind: 'bitmap', manualProtect: false }),
    attach: (vm) => new KvmBitmap(vm),
  },
  'kvm-bitmap-clear': {
    ...catalogue['kvm-bitmap-clear'],
    needs: 'KVM with manual dirty log protection: Linux 5.2 or newer',
    bytes: logBytes,
    logging: () => ({ kind: 'bitmap', manualProtect: true, atFirst: 'clear' }),
    attach: (vm) => new KvmBitmapClear(vm),
  },
  'kvm-bitmap-initially-set': {
    ...catalogue['kvm-bitmap-initially-set'],
    needs: 'KVM with a dirty log that is set at first: Linux 5.7 or newer',
    bytes: (pages) => KvmBitmapInitiallySet.bytes(pages),
    logging: () => ({ kind: 'bitmap', manualProtect: true, atFirst: 'set' }),
    attach: (vm, pages, { clearChunkBytes }) => KvmBitmapInitiallySet.attach(vm, pages, clearChunkBytes),
  },
  'kvm-flags': {
    ...catalogue['kvm-flags'],
    needs: anyLinux,
    bytes: (pages) => logBytes(pages) + pages,
    logging: () => ({ kind: 'bitmap', manualProtect: false }),
    attach: (vm, pages) => new KvmFlags(vm, pages),
  },
  'kvm-ring': {
    ...catalogue['kvm-ring'],
    needs: withRings,
    bytes: (_pages, { ringEntries }) => KvmRing.bytes(ringEntries ?? KvmRing.defaultEntries),
    logging: inRings,
    attach: (vm) => new KvmRing(vm),
  },
  'kvm-ring-deferred': {
    ...catalogue['kvm-ring-deferred'],
    needs: withRings,
    bytes: (_pages, { ringEntries }) => KvmRingDeferred.bytes(ringEntries ?? KvmRing.defaultEntries),
    logging: inRings,
    attach: (vm) => new KvmRingDeferred(vm),
  },
};
