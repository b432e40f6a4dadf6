import { setImmediate as turn } from 'node:timers/promises';
import { DistinctPages } from '../../base/distinct.js';
import { pageBytes } from '../../base/size.js';
import type { PrecopyRound } from '../../results/migrations.js';
import { now } from '../clock.js';

/** What pre-copy needs of a guest. */
export interface PrecopySource {
  readonly memoryBytes: number;
  /** Every page that may hold something other than zeros. */
  written(): Iterable<number>;
  /** Detection: `into` has room for every page of memory. */
  collect(into: Uint32Array): number;
}

/** How pre-copy sends, and when it is done. */
export interface PrecopyOptions {
  /** Sends these pages as they are now; resolves with the bytes on the wire when there is room for more. */
  readonly send: (pages: Uint32Array) => Promise<number>;
  /** Resolves when all that was sent is there. */
  readonly arrived: () => Promise<void>;
  /** Longest that the guest should stand still for what is left at the end. */
  readonly downtimeNs: number;
  /** A round is over. */
  readonly round: (round: PrecopyRound) => void;
}

/** Pages sent between two turns of the event loop, in which the guest serves. */
const chunkPages = 256;
/** So many rounds in a row that leave hardly less than the best before them, or so many in all, do not converge. */
const mostStalled = 3;
const hardlyLess = 0.9;
const mostRounds = 30;

/**
 * Sends a guest's memory while the guest goes on serving: first every written page, then, round by round, what was written
 * meanwhile, until the rest is expected to fit a downtime. Detection forgets what it has told, so from the first round on
 * this is the only one who may ask.
 */
export class Precopy {
  readonly #source: PrecopySource;
  readonly #options: PrecopyOptions;
  /** What detection found last and was not sent yet: the first `#left`. */
  readonly #dirty: Uint32Array;
  #left = 0;
  #last: PrecopyRound = { pages: 0, bytes: 0, ns: 0, detectionNs: 0, found: 0 };
  #sentPages = 0;
  #sentNs = 0;

  constructor(source: PrecopySource, options: PrecopyOptions) {
    this.#source = source;
    this.#options = options;
    this.#dirty = new Uint32Array(Math.ceil(source.memoryBytes / pageBytes));
  }

  /** The round that was over last. */
  get last(): PrecopyRound {
    return this.#last;
  }

  /** Sends rounds until what is left fits the downtime (true), or it is clear that it will not (false). */
  async converge(): Promise<boolean> {
    this.#source.collect(this.#dirty);
    await this.#round(this.#source.written());
    let fewest = this.#last.found;
    let stalled = 0;
    for (let rounds = 1; !this.#fits(this.#last); rounds++) {
      if (stalled === mostStalled || rounds === mostRounds) return false;
      await this.#round(this.#dirty.slice(0, this.#left));
      const { found } = this.#last;
      stalled = found > hardlyLess * fewest ? stalled + 1 : 0;
      fewest = Math.min(fewest, found);
    }
    return true;
  }

  /** What is left, each page once, with the guest at rest; and the nanoseconds that the detection took. */
  finish(): { readonly pages: Uint32Array; readonly detectionNs: number } {
    const left = new DistinctPages();
    for (let i = 0; i < this.#left; i++) left.add(this.#dirty[i] as number);
    const begunNs = now();
    const found = this.#source.collect(this.#dirty);
    const detectionNs = now() - begunNs;
    for (let i = 0; i < found; i++) left.add(this.#dirty[i] as number);
    const count = left.take(this.#dirty);
    return { pages: this.#dirty.subarray(0, count), detectionNs };
  }

  async #round(pages: Iterable<number>): Promise<void> {
    const begunNs = now();
    const chunk = new Uint32Array(chunkPages);
    const sent = { pages: 0, bytes: 0 };
    const send = async (count: number) => {
      sent.bytes += await this.#options.send(chunk.subarray(0, count));
      sent.pages += count;
      await turn();
    };
    let count = 0;
    for (const page of pages) {
      chunk[count++] = page;
      if (count < chunkPages) continue;
      await send(count);
      count = 0;
    }
    if (count > 0) await send(count);
    // What is still on its way when the guest stops would be waited for with the guest at rest.
    await this.#options.arrived();
    const sentNs = now();
    this.#sentPages += sent.pages;
    this.#sentNs += sentNs - begunNs;
    this.#left = this.#source.collect(this.#dirty);
    this.#last = { ...sent, ns: sentNs - begunNs, detectionNs: now() - sentNs, found: this.#left };
    this.#options.round(this.#last);
  }

  /** By the rate so far, at which the guest had its share of the time: with it at rest sending is no slower. */
  #fits({ found, detectionNs }: PrecopyRound): boolean {
    const nsPerPage = this.#sentNs / Math.max(1, this.#sentPages);
    return found * nsPerPage + detectionNs <= this.#options.downtimeNs;
  }
}
