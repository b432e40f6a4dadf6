import type { Mapping } from '../kernel/memory.js';
import type { DirtyLogging, Vm } from '../kernel/vm.js';
import type { TrackerFacts } from './facts.js';
import type { KernelTracker, KvmTracker } from './kernel-tracker.js';
import type { Missing } from './optional.js';
import type { SoftwareTracker } from './tracker.js';

/** What a tracker may be told beside the size of the guest. */
export interface TrackerOptions {
  /** Entries of a ring; null leaves the tracker its own default. */
  readonly ringEntries: number | null;
  /** Bytes of guest memory whose log is cleared in one call, at most; absent: the tracker's own. */
  readonly clearChunkBytes?: number | undefined;
  /** Virtual processors that mark, each on a thread of its own; default 1. */
  readonly vcpus?: number;
}

/** A tracker that the guest itself tells of each write: it runs on a simulated guest. */
export interface SoftwareTrackerKind extends TrackerFacts {
  readonly guest: 'simulated';
  /** Why it cannot be had here, for want of an optional package; null, or absent: it can. */
  missing?(): Missing | null;
  /**
   * Bytes that the tracker allocates for a guest of `pages` pages; what grows with the pages written is not in it.
   * @throws TrackerError, as `create`, if it cannot be made with these options.
   */
  bytes(pages: number, options: TrackerOptions): number;
  create(pages: number, options: TrackerOptions): SoftwareTracker;
}

interface KernelTrackerText extends TrackerFacts {
  /** What the machine must have for it, as a remedy where it does not work. */
  readonly needs: string;
  /**
   * Bytes that the tracker needs for a guest of `pages` pages: of this process, and page tables that it makes the kernel add; what
   * else the kernel keeps is not in it.
   */
  bytes(pages: number, options: TrackerOptions): number;
}

/** A tracker on a KVM machine. */
export interface KvmTrackerKind extends KernelTrackerText {
  readonly guest: 'kvm';
  /** How the machine that it is to watch must log. */
  logging(options: TrackerOptions): DirtyLogging;
  /** Watches a machine that has its memory and its vCPUs. @throws KernelError if it cannot. */
  attach(vm: Vm, pages: number, options: TrackerOptions): KvmTracker;
}

/** A tracker on a part of this process's own memory. */
export interface ProcessTrackerKind extends KernelTrackerText {
  readonly guest: 'process';
  /** Watches memory that has not been written yet. @throws KernelError if it cannot. */
  attach(memory: Mapping): KernelTracker;
}

/** A tracker on any kind of guest. */
export type TrackerKind = SoftwareTrackerKind | KvmTrackerKind | ProcessTrackerKind;
