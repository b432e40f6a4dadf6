import { pageBytes } from '../base/size.js';
import type { CacheState } from '../results/cache.js';
import type { Point } from '../results/schema.js';
import { knownTracker } from '../trackers/registry.js';

/** Starting an isolate, and the warm-up. */
const startSeconds = 0.25;
const epochNs = 3_000;
const writeNs = 100;
/** All of memory is written before each turning on, five times at the least, and once to be there. */
const armingNsPerPage = 800;
/** What it takes to displace the caches, in the order of magnitude. */
const displacingNs: Record<CacheState, number> = { warm: 0, 'l2-cold': 40_000, dram: 8_000_000 };

/**
 * Rough seconds that a round takes, for an order of the time ahead and for the weight of a round in the progress bar;
 * never for a figure.
 */
export function estimateSeconds(point: Point): number {
  const pages = point.memoryBytes / pageBytes;
  const dirty = point.pagesPerEpoch ?? 64;
  const nsPerPage = knownTracker(point.tracker)?.nsPerPage ?? 0;
  const ns = epochNs + dirty * writeNs + pages * nsPerPage + displacingNs[point.cache];
  const armingNs = point.arming === undefined ? 0 : pages * armingNsPerPage;
  const runningSeconds = point.collect === undefined ? 0 : 1.5;
  return startSeconds + runningSeconds + (point.epochs * ns + armingNs) / 1e9;
}
