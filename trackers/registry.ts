import { isModulePath, type ModulePath } from '../base/modulepath.js';
import { catalogue, isTrackerName, type TrackerName, type TrackerNameOn } from './catalogue.js';
import { concurrentTrackers } from './concurrent/kinds.js';
import type { SoftwareTrackerKind, TrackerKind } from './kind.js';
import { kvmTrackers } from './kvm/kinds.js';
import { libraryTrackers } from './libraries/kinds.js';
import { ownKind } from './own.js';
import { processTrackers } from './process/kinds.js';
import { BitmapScanParallel } from './simd/bitmap-scan-parallel.js';
import { BitmapScanSimd } from './simd/bitmap-scan-simd.js';
import { FlagScanSimd } from './simd/flag-scan-simd.js';
import { BitmapScan } from './software/bitmap-scan.js';
import { DirtyRing } from './software/dirty-ring.js';
import { FlagQueue } from './software/flag-queue.js';
import { FlagScan } from './software/flag-scan.js';
import { FlagScanWords } from './software/flag-scan-words.js';
import { HierarchicalBitmap } from './software/hierarchical-bitmap.js';
import { LimitRead } from './software/limit-read.js';
import { LimitTouch } from './software/limit-touch.js';
import { NullTracker } from './software/null.js';
import { PmlBuffer } from './software/pml-buffer.js';

export { isTrackerName, type TrackerName, trackerNames } from './catalogue.js';
export type { SoftwareTrackerKind, TrackerKind, TrackerOptions } from './kind.js';

/** The name of a tracker that runs on a simulated guest. */
export type SoftwareTrackerName = TrackerNameOn<'simulated'>;

/** A tracker of dirtybench by its name, or one of the user's own by the path of its module. */
export type AnyTrackerName = TrackerName | ModulePath;

const simulated: Readonly<Record<SoftwareTrackerName, SoftwareTrackerKind>> = {
  null: {
    ...catalogue.null,
    bytes: () => 0,
    create: () => new NullTracker(),
  },
  'limit-read': {
    ...catalogue['limit-read'],
    bytes: (pages) => LimitRead.bytes(pages),
    create: (pages) => new LimitRead(pages),
  },
  'limit-touch': {
    ...catalogue['limit-touch'],
    bytes: (pages) => LimitTouch.bytes(pages),
    create: (pages) => new LimitTouch(pages),
  },
  'flag-scan': {
    ...catalogue['flag-scan'],
    bytes: (pages) => FlagScan.bytes(pages),
    create: (pages) => new FlagScan(pages),
  },
  'flag-scan-words': {
    ...catalogue['flag-scan-words'],
    bytes: (pages) => FlagScanWords.bytes(pages),
    create: (pages) => new FlagScanWords(pages),
  },
  'flag-scan-simd': {
    ...catalogue['flag-scan-simd'],
    bytes: (pages) => FlagScanSimd.bytes(pages),
    create: (pages) => new FlagScanSimd(pages),
  },
  'bitmap-scan': {
    ...catalogue['bitmap-scan'],
    bytes: (pages) => BitmapScan.bytes(pages),
    create: (pages) => new BitmapScan(pages),
  },
  'bitmap-scan-simd': {
    ...catalogue['bitmap-scan-simd'],
    bytes: (pages) => BitmapScanSimd.bytes(pages),
    create: (pages) => new BitmapScanSimd(pages),
  },
  'bitmap-scan-parallel': {
    ...catalogue['bitmap-scan-parallel'],
    bytes: (pages) => BitmapScanParallel.bytes(pages),
    create: (pages) => new BitmapScanParallel(pages),
  },
  'hierarchical-bitmap': {
    ...catalogue['hierarchical-bitmap'],
    bytes: (pages) => HierarchicalBitmap.bytes(pages),
    create: (pages) => new HierarchicalBitmap(pages),
  },
  'flag-queue': {
    ...catalogue['flag-queue'],
    bytes: (pages) => FlagQueue.bytes(pages),
    create: (pages) => new FlagQueue(pages),
  },
  'dirty-ring': {
    ...catalogue['dirty-ring'],
    bytes: (pages, options) => DirtyRing.bytes(pages, options.ringEntries ?? DirtyRing.defaultEntries),
    create: (pages, options) => new DirtyRing(pages, options.ringEntries ?? DirtyRing.defaultEntries),
  },
  'pml-buffer': {
    ...catalogue['pml-buffer'],
    bytes: (pages) => PmlBuffer.bytes(pages),
    create: (pages) => new PmlBuffer(pages),
  },
  ...concurrentTrackers,
  ...libraryTrackers,
};

/** Every tracker there is. To add one: its file, its facts in `catalogue.ts`, what makes it here, and the shared conformance test. */
export const trackers = { ...simulated, ...kvmTrackers, ...processTrackers };

/** The tracker of that name. @throws ModuleError if it is a module's that was not loaded in this thread. */
export function trackerKind(name: AnyTrackerName): TrackerKind {
  return isModulePath(name) ? ownKind(name) : trackers[name];
}

/** The tracker of a name that a results file holds; null if this version knows none. @throws as `trackerKind`. */
export function knownTracker(name: string): TrackerKind | null {
  return isTrackerName(name) || isModulePath(name) ? trackerKind(name) : null;
}
