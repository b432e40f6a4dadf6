import { isModulePath, type ModulePath } from '../base/modulepath.js';
import { BitmapScan } from './bitmap-scan.js';
import { BitmapScanParallel } from './bitmap-scan-parallel.js';
import { BitmapScanSimd } from './bitmap-scan-simd.js';
import { type ConcurrentTrackerName, concurrentTrackerNames, concurrentTrackers } from './concurrent-kinds.js';
import { DirtyRing } from './dirty-ring.js';
import { FlagQueue } from './flag-queue.js';
import { FlagScan } from './flag-scan.js';
import { FlagScanSimd } from './flag-scan-simd.js';
import { FlagScanWords } from './flag-scan-words.js';
import { HierarchicalBitmap } from './hierarchical-bitmap.js';
import type { KvmTrackerKind, ProcessTrackerKind, SoftwareTrackerKind, TrackerKind } from './kind.js';
import { type KvmTrackerName, kvmTrackerNames, kvmTrackers } from './kvm-kinds.js';
import { type LibraryTrackerName, libraryTrackerNames, libraryTrackers } from './library-kinds.js';
import { LimitRead } from './limit-read.js';
import { LimitTouch } from './limit-touch.js';
import { NullTracker } from './null.js';
import { ownKind } from './own.js';
import { PmlBuffer } from './pml-buffer.js';
import { type ProcessTrackerName, processTrackerNames, processTrackers } from './process-kinds.js';

export type { SoftwareTrackerKind, TrackerKind, TrackerOptions } from './kind.js';

const schemeNames = [
  'null',
  'limit-read',
  'limit-touch',
  'flag-scan',
  'flag-scan-words',
  'flag-scan-simd',
  'bitmap-scan',
  'bitmap-scan-simd',
  'bitmap-scan-parallel',
  'hierarchical-bitmap',
  'flag-queue',
  'dirty-ring',
  'pml-buffer',
] as const;

type SchemeName = (typeof schemeNames)[number];

/** The name of a tracker that runs on a simulated guest. */
export type SoftwareTrackerName = SchemeName | ConcurrentTrackerName | LibraryTrackerName;

export const trackerNames = [
  ...schemeNames,
  ...concurrentTrackerNames,
  ...libraryTrackerNames,
  ...kvmTrackerNames,
  ...processTrackerNames,
] as const;

/** The name of a tracker, as in sweeps, results and reports. */
export type TrackerName = (typeof trackerNames)[number];

/** A tracker of dirtybench by its name, or one of the user's own by the path of its module. */
export type AnyTrackerName = TrackerName | ModulePath;

/** Every tracker there is. To add one: its file, its name above, its entry here, and the shared conformance test. */
export const trackers: Readonly<
  Record<SoftwareTrackerName, SoftwareTrackerKind> &
    Record<KvmTrackerName, KvmTrackerKind> &
    Record<ProcessTrackerName, ProcessTrackerKind>
> = {
  null: {
    guest: 'simulated',
    summary: 'finds nothing: the timer and the loop, the floor under every other figure',
    usedBy: 'dirtybench',
    floor: true,
    concurrent: true,
    bytes: () => 0,
    create: () => new NullTracker(),
  },
  'limit-read': {
    guest: 'simulated',
    nsPerPage: 0.1,
    summary: 'reads one byte a page by vector instructions, and finds nothing: the limit of every scan of flags',
    usedBy: 'dirtybench',
    floor: true,
    bytes: (pages) => LimitRead.bytes(pages),
    create: (pages) => new LimitRead(pages),
  },
  'limit-touch': {
    guest: 'simulated',
    summary: 'clears one byte a dirty page, and finds nothing: the limit of every queue',
    usedBy: 'dirtybench',
    floor: true,
    bytes: (pages) => LimitTouch.bytes(pages),
    create: (pages) => new LimitTouch(pages),
  },
  'flag-scan': {
    guest: 'simulated',
    nsPerPage: 0.6,
    summary: 'one byte a page, every byte looked at: the conventional way of the paper',
    usedBy: 'QEMU 1.0, Kemari',
    bytes: (pages) => FlagScan.bytes(pages),
    create: (pages) => new FlagScan(pages),
  },
  'flag-scan-words': {
    guest: 'simulated',
    nsPerPage: 0.15,
    summary: 'the same flags, looked at eight bytes at a time',
    usedBy: 'no hypervisor known; the conventional scan, written with care',
    bytes: (pages) => FlagScanWords.bytes(pages),
    create: (pages) => new FlagScanWords(pages),
  },
  'flag-scan-simd': {
    guest: 'simulated',
    nsPerPage: 0.03,
    summary: 'the same flags, looked at 128 at a time by vector instructions (WebAssembly)',
    usedBy: 'no hypervisor known; the conventional scan at the speed of memory',
    bytes: (pages) => FlagScanSimd.bytes(pages),
    create: (pages) => new FlagScanSimd(pages),
  },
  'bitmap-scan': {
    guest: 'simulated',
    nsPerPage: 0.03,
    summary: 'one bit a page, every word looked at',
    usedBy: "KVM's dirty log and those who walk it: QEMU, Firecracker, Cloud Hypervisor",
    bytes: (pages) => BitmapScan.bytes(pages),
    create: (pages) => new BitmapScan(pages),
  },
  'bitmap-scan-simd': {
    guest: 'simulated',
    nsPerPage: 0.005,
    summary: 'the same bits, looked at 1024 at a time by vector instructions (WebAssembly)',
    usedBy: 'no hypervisor known; the bitmap at the speed of memory',
    bytes: (pages) => BitmapScanSimd.bytes(pages),
    create: (pages) => new BitmapScanSimd(pages),
  },
  'bitmap-scan-parallel': {
    guest: 'simulated',
    threads: true,
    nsPerPage: 0.005,
    summary: 'the same bits and vector instructions on up to four threads, with the cost of waking them',
    usedBy: "QEMU's micro-checkpointing",
    bytes: (pages) => BitmapScanParallel.bytes(pages),
    create: (pages) => new BitmapScanParallel(pages),
  },
  'hierarchical-bitmap': {
    guest: 'simulated',
    summary: 'a bitmap under levels of summary bits; only what is set is looked at',
    usedBy: 'QEMU (HBitmap, for block devices)',
    bytes: (pages) => HierarchicalBitmap.bytes(pages),
    create: (pages) => new HierarchicalBitmap(pages),
  },
  'flag-queue': {
    guest: 'simulated',
    summary: "a flag a page and a queue of the pages written: the paper's proposal",
    usedBy: 'the paper, Cuju',
    bytes: (pages) => FlagQueue.bytes(pages),
    create: (pages) => new FlagQueue(pages),
  },
  'dirty-ring': {
    guest: 'simulated',
    summary: 'a finite ring of the pages written; at its soft limit the guest stops until it is harvested',
    usedBy: "KVM's dirty ring; QEMU",
    takesRing: true,
    bytes: (pages, options) => DirtyRing.bytes(pages, options.ringEntries ?? DirtyRing.defaultEntries),
    create: (pages, options) => new DirtyRing(pages, options.ringEntries ?? DirtyRing.defaultEntries),
  },
  'pml-buffer': {
    guest: 'simulated',
    summary: 'a log of 512 pages that spills into a bitmap when it is full',
    usedBy: "Intel's page modification logging; KVM, Xen",
    bytes: (pages) => PmlBuffer.bytes(pages),
    create: (pages) => new PmlBuffer(pages),
  },
  ...concurrentTrackers,
  ...libraryTrackers,
  ...kvmTrackers,
  ...processTrackers,
};

export function isTrackerName(name: string): name is TrackerName {
  return Object.hasOwn(trackers, name);
}

/** The tracker of that name. @throws ModuleError if it is a module's that was not loaded in this thread. */
export function trackerKind(name: AnyTrackerName): TrackerKind {
  return isModulePath(name) ? ownKind(name) : trackers[name];
}

/** The tracker of a name that a results file holds; null if this version knows none. @throws as `trackerKind`. */
export function knownTracker(name: string): TrackerKind | null {
  return isTrackerName(name) || isModulePath(name) ? trackerKind(name) : null;
}
