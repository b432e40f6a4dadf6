import type { UnboundedTracker } from '../tracker.js';

const flagsPerWord = 8;
/** Words that are tested by one branch. */
const wordsPerStep = 4;
const flagsPerStep = flagsPerWord * wordsPerStep;

/**
 * The byte flags of `flag-scan`, looked at a machine word at a time: what a careful scan without vector instructions
 * does. Collect grows with the guest's memory; mark is one store; one byte a page, rounded up to 32. No hypervisor is
 * known to keep it: it is what Kemari's scan would be at its best.
 *
 * A word is read as a double, the only 64-bit load that JavaScript makes without allocating. Flags are 0 or 1, so a word
 * with any flag set is a positive number, and a sum of such words is zero only if no flag is set.
 */
export class FlagScanWords implements UnboundedTracker {
  readonly bounded = false;
  readonly #flags: Uint8Array;
  readonly #words: Float64Array;

  /** Bytes allocated for a guest of `pages` pages. */
  static bytes(pages: number): number {
    return Math.ceil(pages / flagsPerStep) * flagsPerStep;
  }

  constructor(pages: number) {
    const buffer = new ArrayBuffer(FlagScanWords.bytes(pages));
    this.#flags = new Uint8Array(buffer);
    this.#words = new Float64Array(buffer);
  }

  mark(page: number): void {
    this.#flags[page] = 1;
  }

  collect(into: Uint32Array): number {
    const words = this.#words;
    let found = 0;
    for (let at = 0; at < words.length; at += wordsPerStep) {
      const sum =
        (words[at] as number) + (words[at + 1] as number) + ((words[at + 2] as number) + (words[at + 3] as number));
      if (sum !== 0) found = this.#takeStep(at, into, found);
    }
    return found;
  }

  #takeStep(from: number, into: Uint32Array, found: number): number {
    const flags = this.#flags;
    const words = this.#words;
    let count = found;
    for (let at = from; at < from + wordsPerStep; at++) {
      if (words[at] === 0) continue;
      for (let page = at * flagsPerWord; page < (at + 1) * flagsPerWord; page++) {
        if (flags[page] !== 0) into[count++] = page;
      }
      words[at] = 0;
    }
    return count;
  }
}
