import { catalogue, type TrackerNameOn } from '../catalogue.js';
import type { SoftwareTrackerKind } from '../kind.js';
import { AtomicBitmap } from './atomic-bitmap.js';
import { AtomicFlagQueue } from './atomic-flag-queue.js';
import { PerVcpuRings } from './per-vcpu-rings.js';

/** Trackers that several vCPUs mark at once. */
export const concurrentTrackers = {
  'atomic-bitmap': {
    ...catalogue['atomic-bitmap'],
    bytes: (pages) => AtomicBitmap.bytes(pages),
    create: (pages) => new AtomicBitmap(pages),
  },
  'atomic-flag-queue': {
    ...catalogue['atomic-flag-queue'],
    bytes: (pages) => AtomicFlagQueue.bytes(pages),
    create: (pages) => new AtomicFlagQueue(pages),
  },
  'per-vcpu-rings': {
    ...catalogue['per-vcpu-rings'],
    bytes: (pages, { ringEntries, vcpus }) =>
      PerVcpuRings.bytes(pages, ringEntries ?? PerVcpuRings.defaultEntries, vcpus ?? 1),
    create: (pages, { ringEntries, vcpus }) =>
      new PerVcpuRings(pages, ringEntries ?? PerVcpuRings.defaultEntries, vcpus ?? 1),
  },
} satisfies Partial<Record<TrackerNameOn<'simulated'>, SoftwareTrackerKind>>;

/** The name of a tracker that several vCPUs mark at once. */
export type ConcurrentTrackerName = keyof typeof concurrentTrackers;
