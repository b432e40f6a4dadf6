import { AtomicBitmap } from './atomic-bitmap.js';
import { AtomicFlagQueue } from './atomic-flag-queue.js';
import type { SoftwareTrackerKind } from './kind.js';
import { PerVcpuRings } from './per-vcpu-rings.js';

export const concurrentTrackerNames = ['atomic-bitmap', 'atomic-flag-queue', 'per-vcpu-rings'] as const;

export type ConcurrentTrackerName = (typeof concurrentTrackerNames)[number];

/** Trackers that several vCPUs mark at once. */
export const concurrentTrackers: Record<ConcurrentTrackerName, SoftwareTrackerKind> = {
  'atomic-bitmap': {
    guest: 'simulated',
    nsPerPage: 0.03,
    concurrent: true,
    summary: 'one bit a page, set by an atomic OR from any vCPU, every word looked at',
    usedBy: 'rust-vmm: Firecracker, Cloud Hypervisor',
    bytes: (pages) => AtomicBitmap.bytes(pages),
    create: (pages) => new AtomicBitmap(pages),
  },
  'atomic-flag-queue': {
    guest: 'simulated',
    concurrent: true,
    summary: 'a flag a page set by compare-exchange, and one queue for all vCPUs',
    usedBy: 'no hypervisor known; the proposal of the paper for several vCPUs',
    bytes: (pages) => AtomicFlagQueue.bytes(pages),
    create: (pages) => new AtomicFlagQueue(pages),
  },
  'per-vcpu-rings': {
    guest: 'simulated',
    concurrent: true,
    summary: 'a finite ring for each vCPU, and a flag a page set by compare-exchange',
    usedBy: "KVM's dirty rings; QEMU",
    takesRing: true,
    bytes: (pages, { ringEntries, vcpus }) =>
      PerVcpuRings.bytes(pages, ringEntries ?? PerVcpuRings.defaultEntries, vcpus ?? 1),
    create: (pages, { ringEntries, vcpus }) =>
      new PerVcpuRings(pages, ringEntries ?? PerVcpuRings.defaultEntries, vcpus ?? 1),
  },
};
