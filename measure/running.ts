import { medianOf } from '../base/median.js';
import type { Going } from '../guests/going.js';
import type { Guest } from '../guests/guest.js';
import type { Measured } from '../results/schema.js';
import { RunningOracle } from './running-oracle.js';

/** What a guest that goes on loses by collects; see `measuredSchema`. */
export type RunningCost = NonNullable<Measured['running']>;

/** How often and how long a guest is collected. */
export interface RunningLength {
  /** Most collects; gaps are kept for no more than about 2000. */
  readonly collects: number;
  /** Collects that are made in any case. */
  readonly fewest: number;
  /** Milliseconds after which no more than `fewest` are made. */
  readonly ms: number;
}

const usual: RunningLength = { collects: 200, fewest: 10, ms: 500 };
/** How long the guest's writes are counted before each collect, once it has written all of its pages again. */
const windowMs = 1;
/** How often at least each page is written between two collects. */
const turnsBetween = 2;
/** A writer that stands still for so long is given up. */
const patienceMs = 10_000;
const nsPerMs = 1e6;

/** What is to be known of a guest, and of its tracker, to collect beside it. */
export interface GoingGuest {
  readonly guest: Guest;
  /** Pages of all its memory. */
  readonly pages: number;
  /** Its tracker may also find pages that were not written. */
  readonly findsMore: boolean;
  /** Pages that it writes over and over, each once. */
  readonly list: Uint32Array;
}

/**
 * Collects a guest that goes on writing on a thread of its own: what it loses meanwhile. It writes a list of pages over and over, so
 * that what a collect protects again is stopped at once at its next write.
 */
export class RunningCollects {
  readonly #of: GoingGuest;
  readonly #oracle: RunningOracle;
  readonly #found: Uint32Array;
  readonly #sleeping = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

  constructor(of: GoingGuest) {
    const { guest, pages, findsMore, list } = of;
    this.#of = of;
    this.#oracle = new RunningOracle(list, pages, guest.unitPages ?? 1, findsMore);
    this.#found = new Uint32Array(pages);
  }

  /**
   * Collects beside it, by default for half a second and ten times or more.
   * @throws WrongSetError if a page is lost; Error if the guest cannot go on, or stands still for ten seconds.
   */
  measure(length: RunningLength = usual): RunningCost {
    const { guest, list } = this.#of;
    if (guest.goOn === undefined) throw new Error('this guest has no thread that goes on');
    const going = guest.goOn(list);
    const sums = { beforeWrites: 0, beforeMs: 0, duringWrites: 0, duringMs: 0 };
    const collectsNs: number[] = [];
    try {
      let written = 0;
      const begin = performance.now();
      while (
        collectsNs.length < length.collects &&
        (collectsNs.length < length.fewest || performance.now() - begin < length.ms)
      ) {
        this.#awaitWrites(going, written + turnsBetween * list.length);
        const [writesAtFirst, atFirst] = [going.writes, performance.now()];
        this.#sleep(windowMs);
        const before = going.writes;
        const from = performance.now();
        going.turn();
        const count = guest.collect(this.#found);
        const until = performance.now();
        const after = going.writes;
        going.turn();
        sums.beforeWrites += before - writesAtFirst;
        sums.beforeMs += from - atFirst;
        sums.duringWrites += after - before;
        sums.duringMs += until - from;
        collectsNs.push((until - from) * nsPerMs);
        this.#check(going, before, after, count);
        written = going.writes;
      }
      this.#awaitWrites(going, going.writes + 1);
    } finally {
      going.close();
    }
    // What was written since is found by one more, of a guest that stands still.
    this.#check(going, going.writes, going.writes, guest.collect(this.#found));
    const gaps = Array.from({ length: 2 * collectsNs.length }, (_, turn) => going.longestGapNs(turn));
    const during = gaps.filter((_, turn) => turn % 2 === 1);
    return {
      collects: collectsNs.length,
      collectNs: medianOf(collectsNs) ?? 0,
      beforePerSecond: (1000 * sums.beforeWrites) / sums.beforeMs,
      duringPerSecond: (1000 * sums.duringWrites) / sums.duringMs,
      gapBetweenNs: medianOf(gaps.filter((_, turn) => turn % 2 === 0)) ?? 0,
      gapDuringNs: medianOf(during) ?? 0,
      longestGapNs: Math.max(...during),
    };
  }

  /** The order is the contract: harvested and protected again by the collect, copied after it. */
  #check(going: Going, before: number, after: number, count: number): void {
    const found = this.#found.subarray(0, count);
    this.#oracle.copy(found, (page) => going.valueOf(page));
    this.#oracle.check({ before, after, found });
  }

  #awaitWrites(going: Going, wanted: number): void {
    const begin = performance.now();
    while (going.writes < wanted) {
      if (performance.now() - begin > patienceMs) throw new Error('a guest that was to go on stands still');
      this.#sleep(windowMs / 4);
    }
  }

  #sleep(ms: number): void {
    Atomics.wait(this.#sleeping, 0, 0, ms);
  }
}
