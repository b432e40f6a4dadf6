import type { Tracker } from './tracker.js';

/** Turns tracking on and off for memory that is there already, with all of the guest standing still. */
export interface Arming {
  /** From now on writes are remembered; nothing counts as written yet, or all of it where that is how the scheme begins. */
  arm(): void;
  /**
   * Writes are not remembered any more, and `collect` is not called until `arm`. All that was written has been collected before `disarm` is called.
   * Null: nothing is to be done for it.
   */
  readonly disarm: (() => void) | null;
}

/** A tracker that the kernel feeds: the guest writes its memory and marks nothing. */
export interface KernelTracker extends Tracker {
  /** Nanoseconds of the last collect that went to kernel calls; the rest is the walk over what they gave. */
  readonly kernelNs: number;
  /** Absent: there is nothing to turn on; of a tracker on KVM the guest's machine has it. */
  readonly arming?: Arming;
  close(): void;
}

/** A tracker on a KVM machine, whose vCPUs may run while it collects: a page that is written meanwhile is found by this collect or the next. */
export interface KvmTracker extends KernelTracker {
  /**
   * Makes room again when a vCPU has stopped before its I/O for want of it, losing nothing: what is moved aside comes
   * out at the next collect, each page once. No vCPU runs meanwhile.
   */
  drain(): void;
}

const nsPerMs = 1e6;

/** Adds up the time of kernel calls within a collect. */
export class KernelClock {
  #ns = 0;
  #begun = 0;

  /** Nanoseconds since the last `reset` between `begin` and `end`. */
  get ns(): number {
    return this.#ns;
  }

  reset(): void {
    this.#ns = 0;
  }

  begin(): void {
    this.#begun = performance.now();
  }

  end(): void {
    this.#ns += (performance.now() - this.#begun) * nsPerMs;
  }
}

/** Turns tracking on and off by what protects the memory. */
export function armingOf(protection: { arm(): void; disarm(): void }): Arming {
  return { arm: () => protection.arm(), disarm: () => protection.disarm() };
}
