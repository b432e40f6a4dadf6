import { isHuge } from '../base/backing.js';
import { freeMemory } from '../base/machine.js';
import { formatSize, pageBytes } from '../base/size.js';
import { hugePageBytes } from '../kernel/memory.js';
import type { Point } from '../results/schema.js';
import { exactnessOf } from '../trackers/catalogue.js';
import { knownTracker } from '../trackers/registry.js';
import { traceExtent } from '../workloads/registry.js';
import { ArmingCosts } from './arming.js';
import { UsageError } from './problem.js';
import { RunningOracle } from './running-oracle.js';
import { Superset } from './superset.js';

/** What the process of a round takes, with its isolate, before that holds any tracker. */
const processBytes = 130 * 2 ** 20;
/** For each page that an epoch writes, at most: four writes, and its place in the workload's set. */
const bytesPerDirtyPage = 4 * 4 + 32;
/** For each page that is found for them: the page, and its place in the two sets that what was found is checked with. */
const bytesPerFoundPage = 4 + 2 * 32;

/** For each page of memory, which an approximate tracker may find all of. */
const bytesPerReportedPage = 4;

/** Bytes that a round of this point can come to need, with all of its guests. */
export function roundBytes(point: Point): number {
  return (point.guests ?? 1) * guestBytes(point);
}

/** Bytes for one guest, with what holds its pages. */
function guestBytes(point: Point): number {
  const pages = point.memoryBytes / pageBytes;
  const { dirty, written } = extentOf(point, pages);
  const found = Math.min(pages, dirty * unitPagesOf(point));
  const tracker = knownTracker(point.tracker)?.bytes(pages, point) ?? 0;
  const approximate = exactnessOf(point.tracker) === 'exact' ? 0 : pages * bytesPerReportedPage + Superset.bytes(pages);
  const arming = point.arming === undefined ? 0 : ArmingCosts.bytes(pages);
  const running = point.collect === undefined ? 0 : pages * bytesPerReportedPage + RunningOracle.bytes(pages, dirty);
  // Huge pages are all there from the start, and all pages where tracking is turned on and off.
  const isAllThere = (point.backing !== undefined && isHuge(point.backing)) || point.arming !== undefined;
  const guest = point.guest === 'simulated' ? 0 : isAllThere ? point.memoryBytes : written * pageBytes;
  const epoch = dirty * bytesPerDirtyPage + found * bytesPerFoundPage;
  return processBytes + tracker + epoch + approximate + arming + running + guest;
}

/** How many pages are found together where one of them was written. */
function unitPagesOf({ guest, backing }: Point): number {
  return guest === 'process' && backing === 'hugetlb' ? hugePageBytes / pageBytes : 1;
}

/** Distinct pages that one epoch writes at most, and all of a round. */
function extentOf({ workload, pagesPerEpoch, epochs }: Point, pages: number): { dirty: number; written: number } {
  if (pagesPerEpoch !== null) {
    const dirty = Math.min(pages, pagesPerEpoch);
    return { dirty, written: Math.min(pages, dirty * epochs) };
  }
  const trace = traceExtent(workload);
  return { dirty: trace.mostPerEpoch, written: trace.pages };
}

/**
 * Why a round of this point can never run with so much memory; null if it can.
 */
export function lackOfRoom(point: Point, machineBytes: number): string | null {
  const needed = roundBytes(point);
  return needed <= machineBytes ? null : `it needs ${mebibytes(needed)}, and there are ${mebibytes(machineBytes)} here`;
}

/**
 * How many of `wanted` workers have room for the largest of the points at once.
 * @throws UsageError if not even one has.
 */
export function workersWithRoom(points: readonly Point[], wanted: number, available = freeMemory()): number {
  const needs = points.map(roundBytes);
  const most = Math.max(...needs);
  const workers = Math.min(wanted, Math.floor(available / most));
  if (workers >= 1) return workers;
  const point = points[needs.indexOf(most)] as Point;
  throw new UsageError(
    `tracker '${point.tracker}' with workload '${point.workload}' at ${formatSize(point.memoryBytes)} of guest memory needs ` +
      `${mebibytes(most)}, and ${mebibytes(available)} are free: end other programs, or choose a smaller --memory`,
  );
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
