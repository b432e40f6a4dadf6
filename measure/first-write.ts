import { medianOf } from '../base/median.js';
import type { Guest } from '../guests/guest.js';
import type { Measured } from '../results/schema.js';
import { WrongSetError } from './wrong-set.js';

/** What a first write costs, in nanoseconds a page; see `measuredSchema`. */
export type FirstWrite = NonNullable<Measured['firstWrite']>;

/** Most pages of one list: with more, a small ring would fill and the guest be written another way. */
const mostPages = 256;
const most = { repetitions: 15, fewest: 3, ns: 100e6 } as const;

/** What is to be known of a guest, and of its tracker, to write it. */
export interface WrittenGuest {
  readonly pages: number;
  readonly unitPages: number;
  readonly findsMore: boolean;
}

/** The time in nanoseconds. */
export type Clock = () => bigint;

/**
 * What tracking charges the running guest for the first write to a page after it was protected again. The guest writes a list of
 * pages that it has written before and that have been collected since, then the same list once more: nothing stops the second time,
 * so the difference is the protection's, on the same memory in the same caches.
 */
export class FirstWrites {
  readonly #guest: Guest;
  readonly #clock: Clock;
  readonly #list: Uint32Array;
  /** Pages that a collect of the list must find. */
  readonly #least: number;
  readonly #into: Uint32Array;

  /**
   * A guest of `pages` pages, whose tracker finds `unitPages` of them together: one page is written in each unit. With `findsMore`
   * it may find any other page as well.
   */
  constructor(guest: Guest, { pages, unitPages, findsMore }: WrittenGuest, clock: Clock = process.hrtime.bigint) {
    const count = Math.min(mostPages, Math.floor(pages / unitPages));
    const stride = Math.floor(pages / count / unitPages) * unitPages;
    this.#guest = guest;
    this.#clock = clock;
    this.#list = Uint32Array.from({ length: count }, (_, i) => i * stride);
    this.#least = count * unitPages;
    this.#into = new Uint32Array(findsMore ? pages : this.#least);
  }

  /**
   * Nanoseconds a page that the very first writes cost, less what the same writes cost once more. For a guest that nobody has run:
   * the first write to a huge page splits it, or finds it as it is, and the first to a page of a file copies it.
   * @throws WrongSetError if the tracker misses a page.
   */
  fresh(): number {
    const first = this.#run();
    const again = this.#run();
    this.#collect();
    return Math.max(0, first - again);
  }

  /** Repeats it for a tenth of a second, but 3 times at least and 15 at most; medians. @throws WrongSetError if the tracker misses a page. */
  measure(): FirstWrite {
    this.#run();
    this.#collect();
    const [firsts, agains]: [number[], number[]] = [[], []];
    const begin = this.#clock();
    for (let i = 0; i < most.repetitions && (i < most.fewest || this.#clock() - begin < most.ns); i++) {
      firsts.push(this.#run());
      agains.push(this.#run());
      this.#collect();
    }
    return { pages: this.#list.length, firstNs: medianOf(firsts) ?? 0, againNs: medianOf(agains) ?? 0 };
  }

  /** Nanoseconds a page. */
  #run(): number {
    const begin = this.#clock();
    this.#guest.run(this.#list, this.#list.length);
    return Number(this.#clock() - begin) / this.#list.length;
  }

  #collect(): void {
    const found = this.#guest.collect(this.#into);
    const least = this.#least;
    if (found < least) throw new WrongSetError(`first writes: ${found} pages found where ${least} were to be`);
  }
}
