import { Random } from '../base/random.js';
import { Drawn } from './drawn.js';
import { Layout } from './layout.js';
import { Uniform } from './uniform.js';
import type { Workload } from './workload.js';

/** Share of an epoch's pages that every epoch writes. */
const hotShare = 0.91;

/** Hot pages that share a 2 MiB neighbourhood. */
const hotTogether = 4;

/**
 * A guest that answers requests one at a time, as in netperf's TCP_RR; an epoch is a request and its response. Most of
 * its pages are hot: every transaction writes them, in the same order (stack, connection, buffers, counters). The rest
 * are drawn anew from all other pages, each as likely as any other (the data that the request is about). A page is
 * written once.
 *
 * The parameters come from the shipped traces of request/response servers: echo, redis-get and redis-set. There, pages
 * written in at least 90 % of the epochs are 100 %, 92 % and 82 % of the mean epoch, 91 % on average; and they lie in 2,
 * 5 and 6 neighbourhoods, 3.7 pages in each, here rounded to 4. A test computes them from the traces again.
 */
export class NetperfRr implements Workload {
  readonly mostWrites: number;
  readonly #layout: Layout;
  readonly #hot: Uint32Array;
  /** Draws the other pages: its page 0 is the one after the hot ones in the order of `Layout.scattered`. */
  readonly #others: Drawn;
  readonly #drawn: Uint32Array;

  constructor(pages: number, pagesPerEpoch: number, seed: number) {
    this.mostWrites = pagesPerEpoch;
    this.#layout = new Layout(pages);
    this.#hot = new Uint32Array(Math.max(1, Math.round(pagesPerEpoch * hotShare)));
    for (let i = 0; i < this.#hot.length; i++) this.#hot[i] = this.#layout.scattered(i, hotTogether);
    const others = new Uniform(pages - this.#hot.length, new Random(seed));
    this.#others = new Drawn(others, pagesPerEpoch - this.#hot.length, 'dropped');
    this.#drawn = new Uint32Array(this.#others.mostWrites);
  }

  next(into: Uint32Array): number {
    const hot = this.#hot.length;
    into.set(this.#hot);
    const drawn = this.#others.next(this.#drawn);
    for (let i = 0; i < drawn; i++) {
      into[hot + i] = this.#layout.scattered(hot + (this.#drawn[i] as number), hotTogether);
    }
    return hot + drawn;
  }
}
