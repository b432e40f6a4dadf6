import { medianOf } from '../base/median.js';
import type { Guest } from '../guests/guest.js';
import type { Measured } from '../results/schema.js';
import type { Arming } from '../trackers/kernel-tracker.js';
import { Superset } from './superset.js';
import { WrongSetError } from './wrong-set.js';

/** What turning tracking on and off costs, in nanoseconds; see `measuredSchema`. */
export type ArmingCost = NonNullable<Measured['arming']>;

/** Pages that are written, far apart, between turning tracking on and the first collect. */
const mostWritten = 256;
/** Pages of one list when all of memory is written. */
const pagesAtOnce = 16_384;
/** As long as this takes at the most, with what prepares each time, once there are the fewest. */
const most = { repetitions: 15, fewest: 5, ns: 1e9 } as const;

/** What is to be known of a guest whose tracking is turned on and off. */
export interface ArmedGuest {
  readonly guest: Guest;
  readonly arming: Arming;
  readonly pages: number;
  /** Pages that its tracker finds together. */
  readonly unitPages: number;
  /** Its tracker may find other pages as well. */
  readonly findsMore: boolean;
}

/**
 * What it costs to turn tracking on and off for a guest whose memory is all there, beside what the first collect takes then, since a
 * scheme may leave work to it. Before each turning on the guest writes all of its memory untracked: a page that is still protected
 * from the last time would cost less. That is paid for in memory and in time, so it is measured where a sweep asks for it.
 */
export class ArmingCosts {
  readonly #of: ArmedGuest;
  readonly #clock: () => bigint;
  readonly #written: Uint32Array;
  readonly #all: Uint32Array;
  readonly #found: Uint32Array;
  readonly #superset: Superset;

  constructor(armed: ArmedGuest, clock: () => bigint = process.hrtime.bigint) {
    const { pages, unitPages } = armed;
    const count = Math.min(mostWritten, Math.floor(pages / unitPages));
    const stride = Math.floor(pages / count / unitPages) * unitPages;
    this.#of = armed;
    this.#clock = clock;
    this.#written = Uint32Array.from({ length: count }, (_, i) => i * stride);
    this.#all = new Uint32Array(Math.min(pagesAtOnce, pages));
    this.#found = new Uint32Array(pages);
    this.#superset = new Superset(pages);
  }

  /** Bytes for a guest of `pages` pages, whose memory is all there then. */
  static bytes(pages: number): number {
    return pages * Uint32Array.BYTES_PER_ELEMENT + Superset.bytes(pages);
  }

  /**
   * Medians of five to fifteen times, of a guest that is tracked and has nothing left to collect; it is tracked afterwards.
   * @throws WrongSetError if the first collect is neither what was written since, nor all.
   */
  measure(): ArmingCost {
    const { guest, arming } = this.#of;
    const [arms, disarms, collects]: [number[], number[], number[]] = [[], [], []];
    arming.disarm?.();
    const begin = this.#clock();
    for (let i = 0; i < most.repetitions && (i < most.fewest || Number(this.#clock() - begin) < most.ns); i++) {
      this.#writeAll();
      const armNs = this.#time(() => arming.arm());
      guest.run(this.#written, this.#written.length);
      let count = 0;
      const collectNs = this.#time(() => {
        count = guest.collect(this.#found);
      });
      this.#check(count);
      const { disarm } = arming;
      const disarmNs = disarm === null ? [] : [this.#time(disarm)];
      arms.push(armNs);
      collects.push(collectNs);
      disarms.push(...disarmNs);
    }
    arming.arm();
    return {
      repetitions: arms.length,
      armNs: medianOf(arms) ?? 0,
      firstCollectNs: medianOf(collects) ?? 0,
      disarmNs: medianOf(disarms),
    };
  }

  #time(work: () => void): number {
    const begin = this.#clock();
    work();
    return Number(this.#clock() - begin);
  }

  /** As a guest has that has been running for long. */
  #writeAll(): void {
    const all = this.#all;
    const { guest, pages } = this.#of;
    for (let first = 0; first < pages; first += all.length) {
      const count = Math.min(all.length, pages - first);
      for (let i = 0; i < count; i++) all[i] = first + i;
      guest.run(all, count);
    }
  }

  #check(found: number): void {
    const { pages, unitPages, findsMore } = this.#of;
    const written = this.#written;
    const wanted = written.length * unitPages;
    const isAll = found === pages;
    const isWanted = findsMore ? found >= wanted : found === wanted;
    if ((isWanted || isAll) && this.#superset.holds(written, written.length, this.#found, found)) return;
    throw new WrongSetError(
      `first collect after turning tracking on: ${found} pages found, not the ${wanted} that were to be, each once, nor all ${pages}`,
    );
  }
}
