import { pageBytes } from '../base/size.js';
import { checked, libc } from './libc.js';
import { Mapping } from './memory.js';
import { type Closable, Scope } from './scope.js';

/** mincore(2): its number on x86-64. */
const mincoreSyscall = 27;
/** Most pages asked of with one call: what the kernel writes is still in the cache when it is looked at. */
const pagesAtOnce = 131_072;
/** Bytes looked at together, and bit 0 of each: none is resident where no such bit is set. */
const wordBytes = 4;
const anyResident = 0x01010101;

/** Which pages of one mapping are resident, by mincore(2). */
export class Resident implements Closable {
  /** Bytes of the buffer. */
  static readonly bytes = pagesAtOnce;

  readonly #memory: Mapping;
  readonly #buffer: Mapping;
  readonly #words: Uint32Array;
  readonly #bytes: Uint8Array;

  private constructor(scope: Scope, memory: Mapping) {
    this.#memory = memory;
    this.#buffer = scope.own(Mapping.anonymous(Resident.bytes));
    const window = this.#buffer.window(0, Resident.bytes);
    this.#words = new Uint32Array(window);
    this.#bytes = new Uint8Array(window);
  }

  /** @throws KernelError if there is no room. */
  static open(memory: Mapping): Resident {
    return Scope.build((scope) => new Resident(scope, memory));
  }

  /** Pages of the mapping. */
  get pages(): number {
    return this.#memory.pages;
  }

  /** Asks of the pages from `first` on, as many as go into one call; returns how many pages that were. @throws KernelError. */
  read(first: number): number {
    const count = Math.min(pagesAtOnce, this.pages - first);
    const address = this.#memory.address + first * pageBytes;
    const { syscallWith } = libc();
    checked('mincore', syscallWith(mincoreSyscall, address, count * pageBytes, this.#buffer.address, 0));
    return count;
  }

  /** Appends those of the `count` pages from `first` on that are resident to the `found` in `into`; four at a time where none is. */
  list(first: number, count: number, into: Uint32Array, found: number): number {
    const words = this.#words;
    const bytes = this.#bytes;
    let at = found;
    for (let i = 0; i < count; i += wordBytes) {
      if (((words[i / wordBytes] as number) & anyResident) === 0) continue;
      const end = Math.min(count, i + wordBytes);
      for (let page = i; page < end; page++) if (((bytes[page] as number) & 1) === 1) into[at++] = first + page;
    }
    return at;
  }

  close(): void {
    this.#buffer.close();
  }
}
