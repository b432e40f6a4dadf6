import { KernelError } from '../../kernel/error.js';
import type { Vm } from '../../kernel/vm.js';
import type { KernelClock } from '../kernel-tracker.js';

/** Most calls for one reset: a signal ends a call early, and one that never gets there is KVM's failure. */
const mostResets = 1000;

/** The dirty rings of a machine's vCPUs: what is in them is taken, and later given back to KVM to be filled again. */
export class HarvestedRings {
  readonly #vm: Vm;
  readonly #clock: KernelClock;
  readonly #take: (pages: Uint32Array, count: number) => void;
  readonly #firstPages: Uint32Array;
  /** What one ring held. */
  readonly #held: Uint32Array;
  /** Entries that were taken and not given back. */
  #taken = 0;

  /**
   * `clock` is given the time of resets; `take` the pages that come out of a ring, the first `count` of a list, in which a page may come
   * more than once.
   */
  constructor(vm: Vm, clock: KernelClock, take: (pages: Uint32Array, count: number) => void) {
    this.#vm = vm;
    this.#clock = clock;
    this.#take = take;
    this.#firstPages = Uint32Array.from(vm.slots, (slot) => slot.firstPage);
    this.#held = new Uint32Array(Math.max(0, ...vm.vcpus.map(({ ring }) => ring?.entries ?? 0)));
  }

  /** Takes what is in the rings. @throws KernelError if a ring was overrun: pages may be missing then. */
  harvest(): void {
    const held = this.#held;
    const take = this.#take;
    for (const { ring } of this.#vm.vcpus) {
      if (ring === null) continue;
      const count = ring.harvest(held, 0, this.#firstPages);
      if (count === ring.entries) throw overrun(count);
      take(held, count);
      this.#taken += count;
    }
  }

  /** @throws KernelError if there is nothing to give back, so that a reset would make no room. */
  insistOnRoom(): void {
    if (this.#taken === 0) throw new KernelError('dirty ring', '', 'KVM calls it full, and it is empty', '');
  }

  /**
   * Has KVM protect the pages that were taken and fill their entries again.
   * @throws KernelError if it frees more or fewer.
   */
  reset(): void {
    const taken = this.#taken;
    this.#clock.begin();
    let freed = this.#vm.resetDirtyRings();
    for (let calls = 1; freed < taken && calls < mostResets; calls++) freed += this.#vm.resetDirtyRings();
    this.#clock.end();
    if (freed !== taken) {
      throw new KernelError('KVM_RESET_DIRTY_RINGS', '', `it freed ${freed} entries, not ${taken}`, '');
    }
    this.#taken = 0;
  }
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
