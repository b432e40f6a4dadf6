import { linearRegression, linearRegressionLine, mean, rSquared } from 'simple-statistics';
import { pageBytes } from '../../base/size.js';

/** A row of the paper's Table 1: netperf request/response, each transaction one synchronisation by a full scan. */
export interface PaperRow {
  readonly memoryBytes: number;
  /** Transactions per second, not synchronised. */
  readonly asyncTps: number;
  /** Transactions per second, synchronised by a full scan. */
  readonly syncTps: number;
}

const MiB = 2 ** 20;
const second = 1e9;

/** Table 1 as the paper prints it. */
export const paperRows: readonly PaperRow[] = [
  { memoryBytes: 512 * MiB, asyncTps: 7075.42, syncTps: 184.66 },
  { memoryBytes: 1024 * MiB, asyncTps: 7163.67, syncTps: 164.0 },
  { memoryBytes: 4096 * MiB, asyncTps: 7213.12, syncTps: 80.72 },
];

/** What follows from the paper's table by arithmetic; the paper itself does not say it. */
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
  /** The line's intercept: pause, transfer, acknowledge, resume. */
  readonly fixedNs: number;
  readonly r2: number;
  /** The ceiling at the mean of 1/TPS_async. */
  readonly ceilingTps: number;
}

/** The cost of a synchronisation in each row, and the line through them. */
export function deriveTable1(rows: readonly PaperRow[]): DerivedTable1 {
  const costs = rows.map(({ memoryBytes, asyncTps, syncTps }) => ({
    memoryBytes,
    asyncTps,
    pages: memoryBytes / pageBytes,
    costNs: second / syncTps - second / asyncTps,
  }));
  const samples = costs.map(({ pages, costNs }) => [pages, costNs]);
  const line = linearRegression(samples);
  return {
    rows: costs.map(({ asyncTps, ...row }) => ({ ...row, ceilingTps: tpsWith(second / asyncTps + line.b) })),
    perPageNs: line.m,
    fixedNs: line.b,
    r2: rSquared(samples, linearRegressionLine(line)),
    ceilingTps: tpsWith(mean(rows.map(({ asyncTps }) => second / asyncTps)) + line.b),
  };
}

/** Transactions per second when each takes that many nanoseconds. */
export function tpsWith(transactionNs: number): number {
  return second / transactionNs;
}
