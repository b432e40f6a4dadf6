import type { Duty } from '../../trackers/facts.js';
import type { ArmingCost } from './arming.js';
import type { Cost } from './cost.js';
import type { Duration } from './estimate.js';
import type { FirstWriteCost } from './first-write.js';
import type { Precision } from './precision.js';
import type { RunningLoss } from './running.js';
import type { Setting } from './setting.js';

/** The floor under one point. */
export interface PointFloor extends Duration {
  /** Index of the null tracker's point. */
  readonly index: number;
  /** True: measured with the same workload, memory, backing, pages, cache, vCPUs and guests. False: the nearest there is. */
  readonly exact: boolean;
}

/** A point of the sweep with at least one finished round, without the rounds of the A/A twin. */
export interface AnalysedPoint extends Setting {
  /** Index into the header's points; of a fleet's host, among those that it is given. */
  readonly index: number;
  readonly tracker: string;
  /**
   * What is compared: the tracker's name, followed by its ring's entries (`dirty-ring 4096`) and by the bytes whose log it clears
   * in one call (`kvm-bitmap-initially-set 2M`), where the sweep set them, and by the backing where it is not 4 KiB (`kvm-ring thp`).
   * Everything below the points names schemes.
   */
  readonly scheme: string;
  readonly memoryBytes: number;
  readonly memoryPages: number;
  /** Distinct pages that an epoch writes: as the sweep gave them, or for a recording the mean as measured. */
  readonly pagesPerEpoch: number;
  /** Mean of distinct pages written in an epoch, as measured. */
  readonly dirtyPages: number;
  /** I/Os and dirty pages per second, where the sweep gave them instead of pages per epoch. */
  readonly ioFrequency: number | null;
  readonly dirtyRate: number | null;
  readonly ringEntries: number | null;
  /** What a tracker of the user's own says that its collect cannot do without; absent of others, and where it says nothing. */
  readonly duty?: Duty | undefined;
  /** Bytes whose log is cleared in one call; absent: the tracker's own number. */
  readonly clearChunkBytes?: number | undefined;
  /** What the guest's memory was mapped with; absent: pages of 4 KiB. */
  readonly backing?: string | undefined;
  /** Pages that the tracker finds together, whichever of them was written; absent: each by itself. */
  readonly unitPages?: number | undefined;
  /** What the first write to a page costs the guest; null where it was not measured. */
  readonly firstWrite: FirstWriteCost | null;
  /** What turning tracking on and off costs; null where it was not measured, or there is nothing to turn on. */
  readonly arming: ArmingCost | null;
  /** What a guest that goes on loses while it is collected; null where it stood still each time. */
  readonly running: RunningLoss | null;
  /** Epochs of one round. */
  readonly epochs: number;
  /** Finished rounds, and those that the sweep asked for. */
  readonly rounds: number;
  readonly roundsAsked: number;
  readonly seed: number;
  /** Pages found for each page written, and what a snapshot of them would write; null of what finds nothing on purpose. */
  readonly precision: Precision | null;
  /** Early stops for want of room, over all rounds. */
  readonly forcedExits: number;
  /** The guest's writes, with marking. */
  readonly run: Cost;
  /** Detection. */
  readonly collect: Cost;
  /** The part of a collect that went to kernel calls; null where it makes none. */
  readonly kernel: Cost | null;
  /** Marking and detection together: each round's medians of run and collect, added. */
  readonly total: Duration;
  /** The floor under `collect`; null where the sweep has no null tracker on this guest. */
  readonly floor: PointFloor | null;
  /**
   * True: the collect cannot be told from the floor (their intervals overlap), and must be printed as "within the
   * floor", never as a figure, and be drawn hollow. Points of a null tracker are the floor themselves, and true.
   */
  readonly withinFloor: boolean;
}
