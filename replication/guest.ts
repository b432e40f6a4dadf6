import type { PageSource } from './digest.js';
import type { EpochSource } from './epoch.js';

/** A guest that serves requests, seen from the primary: it runs only between `accept` and its I/O. */
export interface ReplicatedGuest extends PageSource, EpochSource {
  /** What it is, for the log and the standby: `KVM` or `simulated`. */
  readonly kind: string;
  readonly memoryBytes: number;
  /** How long the array given to `collect` must be. */
  readonly mostDirty: number;
  /** How often it had to stop before its I/O because its tracker had no room left. */
  readonly forcedExits: number;
  /** Puts a request into the guest's memory, and the pages that it will write. */
  accept(request: Buffer, responseBytes: number): void;
  /** Runs until its I/O: the response is in its memory then. */
  run(): void;
  /** Copies the response out, as long as `into`. */
  respond(into: Buffer): void;
  /** Detection, as the tracker's `collect`. */
  collect(into: Uint32Array): number;
  /** Gives everything back; safe to call twice. */
  close(): void;
}
