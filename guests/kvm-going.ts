import { Pages } from '../kernel/memory.js';
import { type Going, mostTurns } from './going.js';
import type { Machine } from './kvm-machine.js';
import { writeLoop } from './kvm-program.js';
import { Writer } from './kvm-writer.js';

/** In 32-bit words of the loop's area. */
const word = { stop: writeLoop.stop / 4, turn: writeLoop.turn / 4, writes: writeLoop.writes / 4 } as const;
const nsPerMs = 1e6;

/** The first vCPU of a machine, writing a list over and over on a thread of its own; it looks at its own counter after each write. */
export class GoingVcpu implements Going {
  readonly #writer: Writer;
  readonly #drain: () => void;
  readonly #pages: Pages;
  readonly #words: Uint32Array;
  readonly #gaps: BigUint64Array;
  readonly #ticksPerMs: number;

  /**
   * `drain` makes room in the vCPU's ring.
   * @throws KernelError if the list is too long, if KVM does not know how fast the vCPU's counter is, or if the thread does not come up.
   */
  constructor(machine: Machine, list: Uint32Array, drain: () => void) {
    const [vcpu] = machine.vm.vcpus;
    if (vcpu === undefined) throw new RangeError('a machine without a vCPU cannot go on');
    const data = machine.data(0);
    this.#drain = drain;
    this.#pages = new Pages(machine.memory);
    this.#words = new Uint32Array(data, writeLoop.at);
    this.#gaps = new BigUint64Array(data, writeLoop.at + writeLoop.gaps, mostTurns);
    this.#ticksPerMs = vcpu.ticksPerMs();
    this.#words.fill(0, 0, writeLoop.gaps / 4);
    this.#gaps.fill(0n);
    this.#writer = new Writer(vcpu, data, true);
    try {
      this.#writer.listForever(list);
    } catch (error) {
      this.#writer.close();
      throw error;
    }
    this.#writer.begin();
  }

  get writes(): number {
    return Atomics.load(this.#words, word.writes);
  }

  turn(): void {
    const now = Atomics.load(this.#words, word.turn);
    if (now < mostTurns - 1) Atomics.store(this.#words, word.turn, now + 1);
  }

  longestGapNs(turn: number): number {
    return (Number(this.#gaps[turn] ?? 0n) / this.#ticksPerMs) * nsPerMs;
  }

  valueOf(page: number): number {
    return this.#pages.valueOf(page);
  }

  /** @throws KernelError if the guest stopped for another reason. */
  close(): void {
    Atomics.store(this.#words, word.stop, 1);
    try {
      while (this.#writer.end() > 0) {
        this.#drain();
        this.#writer.begin();
      }
    } finally {
      this.#writer.close();
    }
  }
}
