import type { AnyResults } from '../../results/any.js';
import { bootstrapMedian } from '../analysis/bootstrap.js';
import type { Axes } from '../analysis/compare/series.js';
import { mergeHistograms, tailOf } from '../analysis/distribution.js';
import { type Quantity, quantitiesOf, type Unit } from './quantity.js';

/** One metric of one point, with its interval over rounds. */
export interface PointRow {
  readonly axes: Axes;
  readonly metric: string;
  readonly unit: Unit;
  readonly lessIsBetter: boolean;
  /** Median of the rounds, in the unit. */
  readonly value: number;
  /** The ends of its interval, two rounds' values, and how likely (0 to 1) it holds the true median at the least. */
  readonly low: number;
  readonly high: number;
  readonly coverage: number;
  /** Of all epochs or transactions of all rounds; null where they are not kept, or too few tell it. */
  readonly p99: number | null;
  readonly p999: number | null;
  /** The value cannot be told from what measuring itself costs. */
  readonly withinFloor: boolean;
  /** Finished rounds. */
  readonly rounds: number;
}

/**
 * Every metric of every point of a results file.
 * @throws AnalysisError if a histogram in it cannot be read.
 */
export function pointRows(file: AnyResults): PointRow[] {
  return quantitiesOf(file).map(rowOf);
}

function rowOf({ axes, metric, unit, lessIsBetter, values, tail, withinFloor }: Quantity): PointRow {
  const { median: value, low, high, coverage } = bootstrapMedian(values, 1);
  const all = tail === null ? null : mergeHistograms(tail.histograms, tail.mostNs);
  return {
    axes,
    metric,
    unit,
    lessIsBetter,
    value,
    low,
    high,
    coverage,
    p99: all === null ? null : tailOf(all, 0.99),
    p999: all === null ? null : tailOf(all, 0.999),
    withinFloor,
    rounds: values.length,
  };
}
