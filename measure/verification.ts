import { PageSet } from '../base/pageset.js';
import { unitsOf } from '../guests/unit.js';
import { Superset } from './superset.js';
import { describeDifference, differenceOf, WrongSetError } from './wrong-set.js';

const hashSeed = 0x811c9dc5;
const hashPrime = 0x01000193;

/** Holds every collect against what the workload wrote, and sums up the writes. */
export class Verification {
  readonly #expected: PageSet;
  readonly #found: PageSet;
  readonly #findsNothing: boolean;
  readonly #unitPages: number;
  readonly #lastWrites: (epochs: number) => ReadonlyMap<number, number>;
  /** Of a tracker that may find more than was written. */
  readonly #superset: Superset | null;
  #hash = hashSeed;
  #phase: 'warm-up' | 'measured' = 'measured';
  /** Epochs checked since the last `restart`. */
  epochs = 0;
  /** Page writes since the last `restart`. */
  writes = 0;
  /** Distinct pages written in each epoch since the last `restart`, summed. */
  dirtyPages = 0;
  /** Pages found in each epoch since the last `restart`, summed. */
  reportedPages = 0;

  /**
   * `mostFound`: the most pages that an epoch writes, and that an exact tracker finds for them; `findsNothing`: the tracker is a
   * floor, and right only if it never finds a page; `lastWrites`: asked when a set is wrong, the epoch since the last `restart` in which each page was last written;
   * `unitPages`: so many pages, from a multiple of it on, are found together if one of them was written.
   * `approximatePages`: the guest's pages, if the tracker may find more than was written; every page written must be among them.
   */
  constructor(
    mostFound: number,
    findsNothing: boolean,
    lastWrites: (epochs: number) => ReadonlyMap<number, number> = () => new Map(),
    unitPages = 1,
    approximatePages: number | null = null,
  ) {
    this.#expected = new PageSet(mostFound);
    this.#found = new PageSet(mostFound);
    this.#unitPages = unitPages;
    this.#findsNothing = findsNothing;
    this.#lastWrites = lastWrites;
    this.#superset = approximatePages === null ? null : new Superset(approximatePages);
  }

  /** Begins counting again; an error names the phase. */
  restart(phase: 'warm-up' | 'measured'): void {
    this.#phase = phase;
    this.epochs = 0;
    this.#hash = hashSeed;
    this.writes = 0;
    this.dirtyPages = 0;
    this.reportedPages = 0;
  }

  /**
   * FNV-1a over every page number written since the last `restart`, in order: where two trackers' hashes agree they
   * were given the same work.
   */
  get writesHash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  /** @throws WrongSetError if the pages found are not the pages written, or with an approximate tracker these and others, each once. */
  check(written: Uint32Array, writes: number, collected: Uint32Array, found: number): void {
    const expected = this.#expected;
    expected.clear();
    for (let i = 0; i < writes; i++) {
      const page = written[i] as number;
      expected.add(page);
      this.#hash = Math.imul(this.#hash ^ page, hashPrime);
    }
    this.epochs++;
    this.writes += writes;
    this.dirtyPages += expected.size;
    this.reportedPages += found;
    if (this.#superset === null && this.#unitPages > 1) this.#expectUnits(written.subarray(0, writes));
    const agrees = this.#superset?.holds(written, writes, collected, found) ?? this.#agrees(collected, found);
    if (agrees) return;
    const wanted = this.#findsNothing ? [] : unitsOf(written.subarray(0, writes), this.#unitPages);
    this.#fail(wanted, collected.subarray(0, found), found);
  }

  #expectUnits(written: Uint32Array): void {
    for (const page of unitsOf(written, this.#unitPages)) this.#expected.add(page);
  }

  #agrees(collected: Uint32Array, found: number): boolean {
    if (found !== (this.#findsNothing ? 0 : this.#expected.size)) return false;
    this.#found.clear();
    for (let i = 0; i < found; i++) {
      const page = collected[i] as number;
      if (!this.#expected.has(page) || !this.#found.add(page)) return false;
    }
    return true;
  }

  #fail(wanted: Iterable<number>, collected: Uint32Array, found: number): never {
    const epoch = this.#phase === 'measured' ? `epoch ${this.epochs}` : `warm-up epoch ${this.epochs}`;
    const difference = differenceOf(wanted, collected);
    // What else an approximate tracker finds is no fault of it, unless the guest has no such page.
    const most = this.#superset?.pages ?? 0;
    const told = { ...difference, extra: difference.extra.filter((page) => page >= most) };
    const pages = describeDifference(told, this.#lastWrites(this.epochs));
    const count = this.#findsNothing ? 0 : this.#expected.size;
    throw new WrongSetError(`${epoch}: ${found} pages found where ${count} were written: ${pages}`);
  }
}
