import { FlagQueue } from './flag-queue.js';
import { FlagScan } from './flag-scan.js';
import { NullTracker } from './null.js';
import type { SoftwareTracker } from './tracker.js';

export const trackerNames = ['null', 'flag-scan', 'flag-queue'] as const;

/** The name of a tracker, as in sweeps, results and reports. */
export type TrackerName = (typeof trackerNames)[number];

/** What a tracker may be told beside the size of the guest. */
export interface TrackerOptions {
  /** Entries of a ring; null leaves the tracker its own default. */
  readonly ringEntries: number | null;
}

interface TrackerText {
  /** What it is, in a line. */
  readonly summary: string;
  /** Who keeps dirty pages so. */
  readonly usedBy: string;
}

/** A tracker that the guest itself tells of each write: it runs on a simulated guest. */
export interface SoftwareTrackerKind extends TrackerText {
  readonly guest: 'simulated';
  /** Bytes that the tracker allocates for a guest of `pages` pages. */
  bytes(pages: number, options: TrackerOptions): number;
  create(pages: number, options: TrackerOptions): SoftwareTracker;
}

export type TrackerKind = SoftwareTrackerKind;

/** Every tracker there is. To add one: its file, its name above, its entry here, and the shared conformance test. */
export const trackers: Record<TrackerName, TrackerKind> = {
  null: {
    guest: 'simulated',
    summary: 'finds nothing: the timer and the loop, the floor under every other figure',
    usedBy: 'dirtybench',
    bytes: () => 0,
    create: () => new NullTracker(),
  },
  'flag-scan': {
    guest: 'simulated',
    summary: 'one byte a page, every byte looked at: the conventional way of the paper',
    usedBy: 'QEMU 1.0, Kemari',
    bytes: (pages) => pages,
    create: (pages) => new FlagScan(pages),
  },
  'flag-queue': {
    guest: 'simulated',
    summary: "a flag a page and a queue of the pages written: the paper's proposal",
    usedBy: 'the paper, Cuju',
    bytes: (pages) => pages * 5,
    create: (pages) => new FlagQueue(pages),
  },
};
