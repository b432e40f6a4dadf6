import { pageBytes } from '../base/size.js';
import type { CacheState } from '../results/cache.js';
import type { Point } from '../results/schema.js';
import { knownTracker } from '../trackers/registry.js';
import { fewestWarmupEpochs } from './warmup.js';

/** Starting an isolate, and the shortest warm-up. */
const startSeconds = 0.25;
const epochNs = 3_000;
/** A page that a guest writes, where the tracker does not make it dearer. */
const writeNs = 100;
/** All of memory is written before each turning on, five times at the least, and once to be there. */
const armingNsPerPage = 800;
/** What it takes to displace the caches, in the order of magnitude. */
const displacingNs: Record<CacheState, number> = { warm: 0, 'l2-cold': 40_000, dram: 8_000_000 };

/**
 * Rough seconds that a round takes, for an idea of the time ahead and for the weight of a round in the progress bar;
 * never for a figure.
 */
export function estimateSeconds(point: Point): number {
  const pages = point.memoryBytes / pageBytes;
  const dirty = point.pagesPerEpoch ?? 64;
  const { nsPerPage = 0, nsPerWrite = 0 } = knownTracker(point.tracker) ?? {};
  const ns = epochNs + dirty * (writeNs + nsPerWrite) + pages * nsPerPage + displacingNs[point.cache];
  const armingNs = point.arming === undefined ? 0 : pages * armingNsPerPage;
  const runningSeconds = point.collect === undefined ? 0 : 1.5;
  const guests = point.guests ?? 1;
  return (
    guests * startSeconds + runningSeconds + guests * (((point.epochs + fewestWarmupEpochs) * ns + armingNs) / 1e9)
  );
}

/** How many epochs a round may have. */
export interface EpochSpan {
  readonly least: number;
  readonly most: number;
}

/** How many epochs each round of these points has so that all rounds take about so many seconds, one after the other. */
export function epochsInTime(points: readonly Point[], seconds: number, { least, most }: EpochSpan): number {
  const secondsWith = (epochs: number) =>
    points.reduce((sum, point) => sum + estimateSeconds({ ...point, epochs }) * point.rounds, 0);
  const without = secondsWith(0);
  const each = (secondsWith(most) - without) / most;
  return Math.max(least, Math.min(most, Math.floor((seconds - without) / each)));
}
