import { Superset } from './superset.js';
import { WrongSetError } from './wrong-set.js';

/** A collect beside a guest that goes on writing. */
export interface RunningCollect {
  /** Writes that were finished when it began, and when it had ended. */
  readonly before: number;
  readonly after: number;
  readonly found: Uint32Array;
}

/** Pages that a message names. */
const mostNamed = 8;

/**
 * Holds collects beside a running guest against what it wrote. Write n, from 1, goes to page (n - 1) % length of the list. A write
 * that was finished before a collect began is found by it or by the one before, during which it may have been made; and a copy
 * that is made of each found page *after* its collect has that write or a later one. Harvest, reset, copy: a copy that is made before the
 * page is protected again may miss a write which nothing tells of any more.
 */
export class RunningOracle {
  readonly #list: Uint32Array;
  readonly #places: ReadonlyMap<number, number>;
  readonly #unitPages: number;
  readonly #findsMore: boolean;
  readonly #copies: Uint32Array;
  readonly #set: Superset;
  #foundBefore: Set<number> = new Set();
  #begunBefore = 0;
  #collects = 0;

  /** `list` has each page once; of a guest of `pages` pages, whose tracker finds `unitPages` together, and others too with `findsMore`. */
  constructor(list: Uint32Array, pages: number, unitPages: number, findsMore: boolean) {
    this.#list = list;
    this.#places = new Map(Array.from(list, (page, place) => [page, place]));
    this.#unitPages = unitPages;
    this.#findsMore = findsMore;
    this.#copies = new Uint32Array(pages);
    this.#set = new Superset(pages);
  }

  /** Copies the pages found. It comes after their collect, and before `check`. */
  copy(found: Uint32Array, read: (page: number) => number): void {
    for (const page of found) this.#copies[page] = read(page);
  }

  /** @throws WrongSetError if a page is missing, found twice, or not written, or if a copy lacks a write. */
  check({ before, after, found }: RunningCollect): void {
    this.#collects++;
    if (!this.#set.holds(found, 0, found, found.length)) this.#fail("found twice, or beyond the guest's memory", []);
    const now = new Set(found);
    const list = this.#list;
    const [missing, old]: [number[], number[]] = [[], []];
    const oldest = Math.max(this.#begunBefore, before - list.length);
    for (let write = before; write > oldest; write--) {
      const page = list[(write - 1) % list.length] as number;
      if (!now.has(page) && !this.#foundBefore.has(page)) missing.push(page);
      else if ((this.#copies[page] as number) < write) old.push(page);
    }
    if (missing.length > 0)
      this.#fail('written before it began, and found neither by it nor by the one before', missing);
    if (old.length > 0) this.#fail('written before it began, and copied without that write', old);
    const extra = this.#findsMore ? [] : [...now].filter((page) => !this.#isWritten(page, after));
    if (extra.length > 0) this.#fail('found, and not written since the one before began', extra);
    this.#foundBefore = now;
    this.#begunBefore = before;
  }

  /** Whether a page was written after the collect before this one began; a write may be made and not counted yet. */
  #isWritten(page: number, after: number): boolean {
    if (this.#unitPages > 1) return true;
    const place = this.#places.get(page);
    if (place === undefined) return false;
    const { length } = this.#list;
    const since = this.#begunBefore;
    const next = since + 1 + ((((place - since) % length) + length) % length);
    return next <= after + 1;
  }

  #fail(what: string, pages: readonly number[]): never {
    const named = pages.slice(0, mostNamed).join(' ');
    const more = pages.length > mostNamed ? ` and ${pages.length - mostNamed} more` : '';
    throw new WrongSetError(
      `collect ${this.#collects} of a guest that goes on: pages ${what}${named === '' ? '' : `: ${named}${more}`}`,
    );
  }

  /** Bytes for a guest of `pages` pages of which `listed` are written over and over. */
  static bytes(pages: number, listed: number): number {
    return pages * Uint32Array.BYTES_PER_ELEMENT + Superset.bytes(pages) + listed * 3 * 32;
  }
}
