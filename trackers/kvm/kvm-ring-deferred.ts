import { DistinctPages } from '../../base/distinct.js';
import type { Vm } from '../../kernel/vm.js';
import { KernelClock, type KvmTracker } from '../kernel-tracker.js';
import { HarvestedRings } from './harvested-rings.js';

/** Collects from one KVM_RESET_DIRTY_RINGS to the next. */
const resetEvery = 4;

/**
 * KVM's dirty ring, whose entries are freed and whose pages are protected again at every fourth collect only. Until then KVM tells of
 * no further write to a page that it has told of, so each collect finds it again, written or not: a first write and a reset are paid
 * for once in four epochs, and up to four times the pages are found.
 */
export class KvmRingDeferred implements KvmTracker {
  /** Bytes for one ring's worth of pages: as they come out of the ring, as they are kept, and as the list that takes each once. */
  static bytes(entries: number): number {
    return entries * 5 * Uint32Array.BYTES_PER_ELEMENT;
  }

  readonly #rings: HarvestedRings;
  readonly #pages = new DistinctPages();
  readonly #clock = new KernelClock();
  /** Pages of which KVM tells nothing more until the rings are reset: the first `#count` of a list with room for all rings' entries. */
  #untold: Uint32Array;
  #count = 0;
  #collects = 0;

  constructor(vm: Vm) {
    this.#untold = new Uint32Array(vm.vcpus.reduce((sum, { ring }) => sum + (ring?.entries ?? 0), 0));
    this.#rings = new HarvestedRings(vm, this.#clock, (taken, count) => this.#keep(taken, count));
  }

  get kernelNs(): number {
    return this.#clock.ns;
  }

  collect(into: Uint32Array): number {
    this.#clock.reset();
    this.#rings.harvest();
    this.#list();
    if (++this.#collects % resetEvery === 0) this.#reset();
    return this.#pages.take(into);
  }

  /** Frees all entries at once; the next collect finds their pages. @throws KernelError if a ring was overrun, or no room is made. */
  drain(): void {
    this.#rings.harvest();
    this.#rings.insistOnRoom();
    this.#list();
    this.#reset();
  }

  close(): void {}

  #keep(taken: Uint32Array, count: number): void {
    const all = this.#count + count;
    if (all > this.#untold.length) {
      // Only where KVM lets a vCPU write more entries than its ring has.
      const longer = new Uint32Array(2 * all);
      longer.set(this.#untold);
      this.#untold = longer;
    }
    this.#untold.set(taken.subarray(0, count), this.#count);
    this.#count = all;
  }

  #list(): void {
    const untold = this.#untold;
    for (let i = 0; i < this.#count; i++) this.#pages.add(untold[i] as number);
  }

  #reset(): void {
    this.#rings.reset();
    this.#count = 0;
  }
}
