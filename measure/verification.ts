import { PageSet } from '../workloads/pageset.js';

/** A collect that is not the set of pages written: the tracker lost a page, found one twice, or made one up. */
export class WrongSetError extends Error {
  override readonly name = 'WrongSetError';
}

const hashSeed = 0x811c9dc5;
const hashPrime = 0x01000193;

/** Holds every collect against what the workload wrote, and sums up the writes. */
export class Verification {
  readonly #expected: PageSet;
  readonly #found: PageSet;
  readonly #findsNothing: boolean;
  #hash = hashSeed;
  #phase: 'warm-up' | 'measured' = 'measured';
  /** Epochs checked since the last `restart`. */
  epochs = 0;
  /** Page writes since the last `restart`. */
  writes = 0;
  /** Distinct pages written in each epoch since the last `restart`, summed. */
  dirtyPages = 0;

  /** `mostDirty`: the most distinct pages of an epoch; `findsNothing`: the tracker is a floor, and right only if it never finds a page. */
  constructor(mostDirty: number, findsNothing: boolean) {
    this.#expected = new PageSet(mostDirty);
    this.#found = new PageSet(mostDirty);
    this.#findsNothing = findsNothing;
  }

  /** Begins counting again; an error names the phase. */
  restart(phase: 'warm-up' | 'measured'): void {
    this.#phase = phase;
    this.epochs = 0;
    this.#hash = hashSeed;
    this.writes = 0;
    this.dirtyPages = 0;
  }

  /**
   * FNV-1a over every page number written since the last `restart`, in order: where two trackers' hashes agree they
   * were given the same work.
   */
  get writesHash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  /** @throws WrongSetError if the pages found are not the pages written, each once. */
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
    this.#compare(collected, found);
  }

  #compare(collected: Uint32Array, found: number): void {
    const wanted = this.#findsNothing ? 0 : this.#expected.size;
    if (found !== wanted) this.#fail(`${found} pages found where ${wanted} were written`);
    this.#found.clear();
    for (let i = 0; i < found; i++) {
      const page = collected[i] as number;
      if (!this.#expected.has(page)) this.#fail(`page ${page} was found but not written`);
      if (!this.#found.add(page)) this.#fail(`page ${page} was found twice`);
    }
  }

  #fail(what: string): never {
    const epoch = this.#phase === 'measured' ? `epoch ${this.epochs}` : `warm-up epoch ${this.epochs}`;
    throw new WrongSetError(`${epoch}: ${what}`);
  }
}
