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
  /** Pages of which KVM tells nothing more until the rings are reset. */
  readonly #untold: number[] = [];
  #collects = 0;

  constructor(vm: Vm) {
    const untold = this.#untold;
    this.#rings = new HarvestedRings(vm, (taken, count) => {
      for (let i = 0; i < count; i++) untold.push(taken[i] as number);
    });
  }

  get kernelNs(): number {
    return this.#clock.ns;
  }

  collect(into: Uint32Array): number {
    this.#clock.reset();
    this.#rings.harvest();
    for (const page of this.#untold) this.#pages.add(page);
    if (++this.#collects % resetEvery === 0) this.#reset();
    return this.#pages.take(into);
  }

  /** Frees all entries at once; the next collect finds their pages. @throws KernelError if a ring was overrun, or no room is made. */
  drain(): void {
    this.#rings.harvest();
    this.#rings.insistOnRoom();
    for (const page of this.#untold) this.#pages.add(page);
    this.#reset();
  }

  close(): void {}

  #reset(): void {
    this.#clock.begin();
    this.#rings.reset();
    this.#clock.end();
    this.#untold.length = 0;
  }
}
