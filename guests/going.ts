import type { Mapping } from '../kernel/memory.js';
import type { Closable } from '../kernel/scope.js';
import { awaitState, setState, startThread } from '../kernel/thread.js';

/** A guest that goes on writing on a thread of its own, or whose vCPU does, while it is collected. */
export interface Going extends Closable {
  /** Writes that it has finished, modulo 2^32. Write n, from 1, goes to entry (n - 1) % length of its list: `RunningOracle` relies on it. */
  readonly writes: number;
  /** Tells the writer that a collect begins, or has ended: it keeps its longest gap of each turn apart. The odd turns are collects. */
  turn(): void;
  /**
   * The longest time between two successive writes in the turn of that number (from 0), in nanoseconds; final once it has written
   * twice in later turns, or has been closed; 0 for a turn beyond `mostTurns`.
   */
  longestGapNs(turn: number): number;
  /** What it last stored in a page: the number of the write, from 1, modulo 2^32. */
  valueOf(page: number): number;
  /** Ends the writing, and waits until the last write is finished. */
  close(): void;
}

/** Words that the writer shares with its guest: its state, the writes that it has finished, the turn, and whether it is to end. */
export const goingWord = { state: 0, writes: 1, turn: 2, stop: 3 } as const;
/** The state of a writer that has ended. */
export const writerEnded = 2;
/** Turns of which gaps are kept. */
export const mostTurns = 4096;

/** What the writer's thread is started with. */
export interface GoingSettings {
  readonly address: number;
  readonly bytes: number;
  /** Pages that it writes over and over, in this order. */
  readonly list: Uint32Array;
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly gapsMs: Float64Array<SharedArrayBuffer>;
}

const nsPerMs = 1e6;

/** A thread that writes a list of this process's pages over and over, each time with the number of the write. */
export class GoingProcess implements Going {
  readonly #words = new Int32Array(new SharedArrayBuffer(4 * Object.keys(goingWord).length));
  readonly #gapsMs = new Float64Array(new SharedArrayBuffer(8 * mostTurns));
  readonly #read: (page: number) => number;

  /** `read` gives the first word of a page. @throws KernelError if the thread does not come up. */
  constructor(memory: Mapping, list: Uint32Array, read: (page: number) => number) {
    this.#read = read;
    const settings: GoingSettings = {
      address: memory.address,
      bytes: memory.bytes,
      list: Uint32Array.from(list),
      words: this.#words,
      gapsMs: this.#gapsMs,
    };
    const script = new URL('./going-worker.js', import.meta.url);
    startThread({ what: 'guest that goes on', script, data: settings, shared: this.#words, word: goingWord.state });
  }

  get writes(): number {
    return Atomics.load(this.#words, goingWord.writes) >>> 0;
  }

  turn(): void {
    Atomics.add(this.#words, goingWord.turn, 1);
  }

  longestGapNs(turn: number): number {
    return (this.#gapsMs[turn] ?? 0) * nsPerMs;
  }

  valueOf(page: number): number {
    return this.#read(page);
  }

  close(): void {
    setState(this.#words, goingWord.stop, 1);
    awaitState(this.#words, goingWord.state, writerEnded);
  }
}
