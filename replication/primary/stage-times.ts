import type { Histogram } from 'hdr-histogram-js';
import { emptyHistogram, quantileIn } from '../../results/histogram.js';
import { splitSchema, stages } from '../../results/transactions.js';
import type { Statistics } from '../wire/statistics.js';

/**
 * When each stage of a transaction began, and when the last one ended, in nanoseconds of this machine's clock:
 * the request's bytes are here; the guest starts; it has stopped at its I/O; its dirty pages are listed; they and the
 * vCPU state are in the frame, checksum and all; the last byte is at the standby; its acknowledgement leaves; that is
 * here; the response has been given to the kernel.
 */
export type Times = Float64Array;

export function emptyTimes(): Times {
  return new Float64Array(stages.length + 1);
}

/** Adds up the stages of transactions. */
export class StageTimes {
  transactions = 0;
  readonly #histograms: readonly Histogram[] = stages.map(emptyHistogram);
  readonly #sums = new Float64Array(stages.length);

  /** Takes a transaction whose times are complete. */
  record(times: Times): void {
    this.transactions++;
    for (let stage = 0; stage < stages.length; stage++) {
      const ns = Math.max(0, Math.round((times[stage + 1] as number) - (times[stage] as number)));
      (this.#sums[stage] as number) += ns;
      (this.#histograms[stage] as Histogram).recordValue(ns);
    }
  }

  /** Nanoseconds of each stage. */
  summary(): Statistics['split'] {
    const entries = stages.map((stage, index) => {
      const histogram = this.#histograms[index] as Histogram;
      const meanNs = this.transactions === 0 ? 0 : (this.#sums[index] as number) / this.transactions;
      return [stage, { meanNs, medianNs: quantileIn(histogram, 0.5), p99Ns: quantileIn(histogram, 0.99) }];
    });
    return splitSchema.parse(Object.fromEntries(entries));
  }
}
