import { DistinctPages } from '../../base/distinct.js';
import { KernelError } from '../../kernel/error.js';
import type { Vm } from '../../kernel/vm.js';
import { KernelClock, type KvmTracker } from '../kernel-tracker.js';

/** Most calls for one harvest: a signal ends a call early, and a harvest that takes more counts as KVM's failure. */
const mostResets = 1000;

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

  readonly #vm: Vm;
  readonly #pages = new DistinctPages();
  readonly #firstPages: Uint32Array;
  /** What one ring held. */
  readonly #taken: Uint32Array;
  readonly #clock = new KernelClock();

  constructor(vm: Vm) {
    this.#vm = vm;
    this.#firstPages = Uint32Array.from(vm.slots, (slot) => slot.firstPage);
    this.#taken = new Uint32Array(Math.max(0, ...vm.vcpus.map(({ ring }) => ring?.entries ?? 0)));
  }

  get kernelNs(): number {
    return this.#clock.ns;
  }

  collect(into: Uint32Array): number {
    this.#clock.reset();
    this.#harvest();
    return this.#pages.take(into);
  }

  /** @throws KernelError if the rings were overrun, or if there is no room to be made. */
  drain(): void {
    if (this.#harvest() === 0) throw new KernelError('dirty ring', '', 'KVM calls it full, and it is empty', '');
  }

  /**
   * Takes all entries out of the rings, and lets KVM fill them again; returns how many they were.
   * @throws KernelError if a ring was overrun: pages may be missing then.
   */
  #harvest(): number {
    const taken = this.#taken;
    let harvested = 0;
    for (const { ring } of this.#vm.vcpus) {
      if (ring === null) continue;
      const count = ring.harvest(taken, 0, this.#firstPages);
      if (count === ring.entries) throw overrun(count);
      for (let i = 0; i < count; i++) this.#pages.add(taken[i] as number);
      harvested += count;
    }
    this.#clock.begin();
    const reset = this.#reset(harvested);
    this.#clock.end();
    if (reset !== harvested) {
      throw new KernelError('KVM_RESET_DIRTY_RINGS', '', `it freed ${reset} entries, not ${harvested}`, '');
    }
    return harvested;
  }

  /** Lets KVM free what was harvested; returns how much it freed. Where a signal comes it frees less: the next call goes on. */
  #reset(harvested: number): number {
    let reset = this.#vm.resetDirtyRings();
    for (let calls = 1; reset < harvested && calls < mostResets; calls++) reset += this.#vm.resetDirtyRings();
    return reset;
  }

  close(): void {}
}

/** A full ring may have gone round: KVM stops a vCPU before, unless it lets it run on for too long. */
function overrun(entries: number): KernelError {
  return new KernelError(
    'dirty ring',
    '',
    `KVM filled a ring of ${entries} entries to the last before it stopped the vCPU, and pages may be lost`,
    'a larger ring',
  );
}
