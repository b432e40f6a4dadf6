import { UserError } from '../base/usererror.js';

/** Which pages a guest writes, epoch by epoch: the same from the same seed, whatever tracker watches. */
export interface Workload {
  /** The most entries that `next` ever writes: how long `into` must be. */
  readonly mostWrites: number;
  /**
   * Writes the next epoch's page writes into `into`, in the order the guest makes them (a page may come more than
   * once), and returns how many they are.
   */
  next(into: Uint32Array): number;
}

/** What a workload is made for. */
export interface WorkloadSettings {
  /** Pages of guest memory. */
  readonly pages: number;
  /** Distinct pages that each epoch writes; null where the workload itself says (a trace). */
  readonly pagesPerEpoch: number | null;
  readonly seed: number;
}

/** How a synthetic workload is made. */
export interface WorkloadKind {
  /** What it is, in a line. */
  readonly summary: string;
  /**
   * Makes the workload for a guest of `pages` pages of which each epoch writes `pagesPerEpoch` distinct ones. The same seed
   * gives the same writes: every tracker is measured with them.
   */
  create(pages: number, pagesPerEpoch: number, seed: number): Workload;
}

/** A workload that cannot be had: an unknown name, settings it cannot meet, a trace that is missing or malformed. */
export class WorkloadError extends UserError {
  override readonly name = 'WorkloadError';
}
