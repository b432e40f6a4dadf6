import type { Mapping } from '../../kernel/memory.js';
import { Resident } from '../../kernel/resident.js';
import { Scope } from '../../kernel/scope.js';
import { KernelClock, type KernelTracker } from '../kernel-tracker.js';

/**
 * mincore(2) over the memory: a byte a page, set where the page is resident. It needs no arming and no privilege, and answers
 * another question than which pages were written: a page that was only read is found too, in memory of a file also one that the
 * kernel read ahead, and none is ever forgotten. A page that was swapped out is not found, so it is wrong where memory is
 * swapped. Firecracker's snapshots of guests without a dirty log are taken so. Collect grows with memory.
 */
export class Mincore implements KernelTracker {
  /** Bytes of the buffer that the kernel's bytes are read into. */
  static readonly bytes = Resident.bytes;

  readonly #resident: Resident;
  readonly #clock = new KernelClock();

  private constructor(resident: Resident) {
    this.#resident = resident;
  }

  /** @throws KernelError if this kernel cannot do that. */
  static attach(memory: Mapping): Mincore {
    return Scope.build((scope) => new Mincore(scope.own(Resident.open(memory))));
  }

  get kernelNs(): number {
    return this.#clock.ns;
  }

  collect(into: Uint32Array): number {
    const clock = this.#clock;
    const resident = this.#resident;
    clock.reset();
    let found = 0;
    for (let first = 0; first < resident.pages; ) {
      clock.begin();
      const count = resident.read(first);
      clock.end();
      found = resident.list(first, count, into, found);
      first += count;
    }
    return found;
  }

  close(): void {
    this.#resident.close();
  }
}
