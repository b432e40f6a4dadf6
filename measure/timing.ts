import { mean, quantileSorted } from 'simple-statistics';
import { emptyHistogram, encodeHistogram } from '../results/histogram.js';
import type { Measured, Timing } from '../results/schema.js';
import type { Measurement } from './round.js';

/** A round as the results file keeps it. Done outside the worker: loading what it needs would lengthen every round. */
export function summarise(measurement: Measurement): Measured {
  const { runNs, collectNs, kernelNs, ...facts } = measurement;
  return {
    ...facts,
    run: timingOf(runNs),
    collect: timingOf(collectNs),
    kernel: kernelNs === null ? null : timingOf(kernelNs),
  };
}

/** Sums up what the epochs of a round took, in nanoseconds; at least one epoch. */
function timingOf(epochsNs: Float64Array): Timing {
  const values = Array.from(epochsNs.slice().sort());
  const histogram = emptyHistogram();
  for (const ns of values) histogram.recordValue(Math.round(ns));
  return {
    minNs: quantileSorted(values, 0),
    medianNs: quantileSorted(values, 0.5),
    meanNs: mean(values),
    p99Ns: quantileSorted(values, 0.99),
    p999Ns: quantileSorted(values, 0.999),
    maxNs: quantileSorted(values, 1),
    histogram: encodeHistogram(histogram),
  };
}
