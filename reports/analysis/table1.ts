import type { Absent, Duration, Estimate } from './estimate.js';
import type { Setting } from './setting.js';

/** The paper's Table 1, what follows from it, and what this machine's measurements would make of it. */
export interface Table1 {
  /** Printed in the paper. */
  readonly paper: readonly PaperRow[];
  /** Derived by arithmetic from the paper's table. */
  readonly derived: DerivedTable1;
  /** Measured here, and projected from it on to the paper's setup; a group for each guest. */
  readonly measured: readonly MeasuredTable1[];
  /** Why `measured` is empty, when it is. */
  readonly absent: string | null;
}

export interface PaperRow {
  readonly memoryBytes: number;
  /** Transactions a second, not synchronised. */
  readonly asyncTps: number;
  /** Transactions a second, synchronised by a full scan. */
  readonly syncTps: number;
}

export interface DerivedTable1 {
  readonly rows: readonly {
    readonly memoryBytes: number;
    readonly pages: number;
    /** What a synchronisation costs: 1/TPS_sync - 1/TPS_async. */
    readonly costNs: number;
    /** TPS if detection cost nothing: 1/(1/TPS_async + fixed). */
    readonly ceilingTps: number;
  }[];
  /** Least-squares line through the rows' cost against pages. */
  readonly perPageNs: number;
  /** Its intercept: pause, transfer, acknowledge, resume. */
  readonly fixedNs: number;
  readonly r2: number;
  /** The ceiling at the mean of 1/TPS_async. */
  readonly ceilingTps: number;
}

/** Uniform writes, 64 pages per epoch, on one kind of guest; cold where the sweep has it. */
export interface MeasuredTable1 extends Setting {
  readonly pagesPerEpoch: number;
  /** The paper's nanoseconds a page, over those of this machine's `flag-scan`: how much slower the paper's machine is. */
  readonly scale: Scale | Absent;
  readonly rows: readonly MeasuredRow[];
}

export interface Scale {
  readonly kind: 'fitted';
  readonly factor: number;
  /** This machine's `flag-scan`, nanoseconds a page, and the guest it was fitted on. */
  readonly flagScanPerPageNs: number;
  readonly guest: string;
}

export interface MeasuredRow {
  readonly scheme: string;
  readonly memoryBytes: number;
  /** Measured. */
  readonly collect: Duration;
  readonly withinFloor: boolean;
  /** Projected: 1/(1/TPS_async + fixed + collect), with this machine's time as it is. */
  readonly tps: Estimate;
  /** Projected: with this machine's time scaled so that `flag-scan` costs what the paper's scan does. */
  readonly scaledTps: Estimate | null;
}
