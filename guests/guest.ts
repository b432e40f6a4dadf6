import type { Arming } from '../trackers/kernel-tracker.js';
import type { Going } from './going.js';

/** What runs the epochs. The measuring loop knows guests, and nothing below them. */
export interface Guest {
  /** One epoch: writes the first `count` entries of `pages`, in order, and ends at the I/O. */
  run(pages: Uint32Array, count: number): void;
  /** Detection, as the tracker's `collect`; the guest stands still. */
  collect(into: Uint32Array): number;
  /** How often, since it was made, the guest had to stop before its I/O because its tracker had no room left. */
  readonly forcedExits: number;
  /** Nanoseconds of the last collect that went to kernel calls; absent where a collect makes none. */
  readonly kernelNs?: number | undefined;
  /** How many pages its tracker can only find together, since memory is protected in such units; absent: each by itself. */
  readonly unitPages?: number | undefined;
  /** Turns its tracking off and on again; absent where there is nothing to turn on. */
  readonly arming?: Arming | undefined;
  /** Starts a thread that writes these pages over and over until it is closed; absent where it cannot. `run` is not called meanwhile. */
  readonly goOn?: ((list: Uint32Array) => Going) | undefined;
  /** Gives everything back, also after an error; safe to call twice. */
  close(): void;
}
