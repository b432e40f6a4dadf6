import { DistinctPages } from '../../base/distinct.js';
import type { Vm } from '../../kernel/vm.js';
import { KernelClock, type KvmTracker } from '../kernel-tracker.js';
import { HarvestedRings } from './harvested-rings.js';

/**
 * KVM's dirty ring: a queue for each vCPU into which the kernel puts every page at its first write. Detection empties the
 * rings, then KVM_RESET_DIRTY_RINGS frees their entries and protects those pages again: it grows with the pages written,
 * not with memory. A vCPU whose ring is nearly full stops for an early harvest. A page may be in several rings, or twice in
 * one, so each is taken up once (QEMU does the same, into its own bitmap).
 */
export class KvmRing implements KvmTracker {
  static readonly defaultEntries = 65536;

  /** Bytes for one ring's worth of pages: as they come out of the ring, and as the list that takes each once. */
  static bytes(entries: number): number {
    return entries * 4 * Uint32Array.BYTES_PER_ELEMENT;
  }

  readonly #rings: HarvestedRings;
  readonly #pages = new DistinctPages();
  readonly #clock = new KernelClock();

  constructor(vm: Vm) {
    const pages = this.#pages;
    this.#rings = new HarvestedRings(vm, this.#clock, (taken, count) => {
      for (let i = 0; i < count; i++) pages.add(taken[i] as number);
    });
  }

  get kernelNs(): number {
    return this.#clock.ns;
  }

  collect(into: Uint32Array): number {
    this.#clock.reset();
    this.#rings.harvest();
    this.#rings.reset();
    return this.#pages.take(into);
  }

  /** @throws KernelError if a ring was overrun, or if there is no room to be made. */
  drain(): void {
    this.#rings.harvest();
    this.#rings.insistOnRoom();
    this.#rings.reset();
  }

  close(): void {}
}
