import { Mapping } from '../../kernel/memory.js';
import type { Closable } from '../../kernel/scope.js';
import type { Slot, Vm } from '../../kernel/vm.js';

const pagesPerLongWord = 64;
/** Words without a page between two clears: copying and looking at so many takes the kernel about as long as a call. */
const widestGap = 1024;
/** Words of 32 bits that a walk looks at together; a bitmap's memory ends at a whole step. */
const wordsPerStep = 8;
const stepBytes = wordsPerStep * 4;

/** Bytes of the bitmaps that KVM's dirty log of a guest of `pages` pages is copied into. */
export function logBytes(pages: number): number {
  return Math.ceil(pages / 8 / stepBytes) * stepBytes;
}

/** Where a slot's dirty log is copied to, and the walk over it. Bit n of word w stands for page 32 w + n of the slot. */
export class LogCopy implements Closable {
  readonly slot: Slot;
  readonly words: Uint32Array;
  readonly #vm: Vm;
  readonly #bitmap: Mapping;

  constructor(vm: Vm, slot: Slot) {
    this.slot = slot;
    this.#vm = vm;
    this.#bitmap = Mapping.anonymous(logBytes(slot.pages));
    this.words = new Uint32Array(this.#bitmap.window(0, this.#bitmap.bytes));
  }

  /** KVM_GET_DIRTY_LOG: the log as it is now, every word of it. */
  get(): void {
    this.#vm.getDirtyLog(this.slot.number, this.#bitmap.address);
  }

  /** The kernel's word of 64 bits that a page of the slot is in. */
  wordOf(page: number): number {
    return Math.floor((page - this.slot.firstPage) / pagesPerLongWord);
  }

  /** KVM_CLEAR_DIRTY_LOG of what is set in the copy, from the kernel's word `begin` to before `end`. */
  clear(begin: number, end: number): void {
    const first = begin * pagesPerLongWord;
    const pages = Math.min(this.slot.pages, end * pagesPerLongWord) - first;
    this.#vm.clearDirtyLog(this.slot.number, first, pages, this.#bitmap.address + begin * 8);
  }

  /**
   * Clears what `list` found: the entries `from` to `to` of `pages`, which ascend, in stretches of at most `mostWords` of the
   * kernel's words, since KVM holds the machine's lock for each.
   */
  clearListed(pages: Uint32Array, from: number, to: number, mostWords = Number.POSITIVE_INFINITY): void {
    for (let i = from; i < to; ) {
      const begin = this.wordOf(pages[i] as number);
      let end = begin + 1;
      for (i++; i < to; i++) {
        const word = this.wordOf(pages[i] as number);
        if (word - end > widestGap || word - begin >= mostWords) break;
        end = word + 1;
      }
      this.clear(begin, end);
    }
  }

  /** Looks at every word; appends the pages whose bits are set to the `found` in `into`. */
  list(into: Uint32Array, found: number): number {
    const { words } = this;
    const { firstPage } = this.slot;
    let count = found;
    for (let at = 0; at < words.length; at += wordsPerStep) {
      const any =
        (words[at] as number) |
        (words[at + 1] as number) |
        (words[at + 2] as number) |
        (words[at + 3] as number) |
        (words[at + 4] as number) |
        (words[at + 5] as number) |
        (words[at + 6] as number) |
        (words[at + 7] as number);
      if (any !== 0) count = listWords(words, at, at + wordsPerStep, firstPage, into, count);
    }
    return count;
  }

  close(): void {
    this.#bitmap.close();
  }
}

/** The copies of all logged slots. */
export function logCopies(vm: Vm): LogCopy[] {
  return vm.slots.filter((slot) => slot.logged).map((slot) => new LogCopy(vm, slot));
}

function listWords(
  words: Uint32Array,
  from: number,
  to: number,
  first: number,
  into: Uint32Array,
  found: number,
): number {
  let count = found;
  for (let at = from; at < to; at++) {
    let word = words[at] as number;
    while (word !== 0) {
      const bit = 31 - Math.clz32(word & -word);
      into[count++] = first + at * 32 + bit;
      word &= word - 1;
    }
  }
  return count;
}
