import type { Histogram } from 'hdr-histogram-js';
import { emptyHistogram, quantileIn } from '../../results/histogram.js';
import { type Stage, splitSchema, stages } from '../../results/transactions.js';
import type { Statistics } from '../wire/statistics.js';

/**
 * When each thing happened to a transaction, in the order in which it happens, in nanoseconds of this machine's clock; 0
 * until it is known.
 */
export class Moments {
  /** The last byte of the request was here. */
  readonly arrivedNs: number;
  /** The guest started, with the request in its memory. */
  readonly startedNs: number;
  /** The guest stopped at its I/O: at that of the epoch's last transaction, if several share it. */
  stoppedNs = 0;
  /** The guest's dirty pages were listed. */
  listedNs = 0;
  /** Dirty pages and the vCPU's state were in frames, checksums and all. */
  framedNs = 0;
  /** The last byte of the frames was at the standby. */
  deliveredNs = 0;
  /** The standby's acknowledgement left. */
  ackLeftNs = 0;
  /** The acknowledgement was here. */
  acknowledgedNs = 0;
  /** The response was given to the kernel. */
  answeredNs = 0;

  constructor(arrivedNs: number, startedNs: number) {
    this.arrivedNs = arrivedNs;
    this.startedNs = startedNs;
  }

  /** The guest has stopped. What then does not happen, because there is no standby, takes no time. */
  stop(stoppedNs: number): void {
    this.stoppedNs = stoppedNs;
    this.listedNs = stoppedNs;
    this.framedNs = stoppedNs;
    this.deliveredNs = stoppedNs;
    this.ackLeftNs = stoppedNs;
    this.acknowledgedNs = stoppedNs;
  }
}

/** How long each stage of a transaction took, in nanoseconds: each begins when the one before it ends. */
export function stageNs(moments: Moments): Record<Stage, number> {
  return {
    'request in': moments.startedNs - moments.arrivedNs,
    guest: moments.stoppedNs - moments.startedNs,
    detection: moments.listedNs - moments.stoppedNs,
    copy: moments.framedNs - moments.listedNs,
    wire: moments.deliveredNs - moments.framedNs,
    standby: moments.ackLeftNs - moments.deliveredNs,
    acknowledgement: moments.acknowledgedNs - moments.ackLeftNs,
    'response out': moments.answeredNs - moments.acknowledgedNs,
  };
}

/** Adds up the stages of transactions. */
export class StageTimes {
  transactions = 0;
  readonly #stages = stages.map((name) => ({ name, sumNs: 0, histogram: emptyHistogram() }));

  /** Takes a transaction that is over. */
  record(moments: Moments): void {
    this.transactions++;
    const took = stageNs(moments);
    for (const stage of this.#stages) {
      const ns = Math.max(0, Math.round(took[stage.name]));
      stage.sumNs += ns;
      stage.histogram.recordValue(ns);
    }
  }

  /** Nanoseconds of each stage. */
  summary(): Statistics['split'] {
    return splitSchema.parse(
      Object.fromEntries(this.#stages.map(({ name, sumNs, histogram }) => [name, this.#timing(sumNs, histogram)])),
    );
  }

  #timing(sumNs: number, histogram: Histogram) {
    const meanNs = this.transactions === 0 ? 0 : sumNs / this.transactions;
    return { meanNs, medianNs: quantileIn(histogram, 0.5), p99Ns: quantileIn(histogram, 0.99) };
  }
}
