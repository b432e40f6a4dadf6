import type { Duration } from './estimate.js';
import type { Setting } from './setting.js';

/** What the timer and the loop cost where nothing is collected: the null tracker's collect. */
export interface Floor extends Duration, Setting {
  /** The null tracker that measured it. */
  readonly scheme: string;
  /** Index into the header's points. */
  readonly index: number;
  readonly memoryBytes: number;
  readonly pagesPerEpoch: number;
}

/** The floor under one point. */
export interface PointFloor extends Duration {
  /** Index of the null tracker's point. */
  readonly index: number;
  /** True: measured with the same workload, memory, pages and cache. False: the nearest there is. */
  readonly exact: boolean;
}
