import type { GuestKind } from '../guestkind.js';
import type { PageSource } from '../memory/digest.js';
import type { PageStore } from '../memory/pages.js';
import type { EpochSource } from '../wire/epoch.js';
import type { ServiceSettings } from './writes.js';

/** A guest that serves requests, seen from the primary: it runs only between `accept` and its I/O. */
export interface ReplicatedGuest extends PageSource, EpochSource {
  readonly kind: GuestKind;
  readonly memoryBytes: number;
  /** What its transactions change: a guest that is to go on in its place needs the same. */
  readonly settings: ServiceSettings;
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
  /** How many transactions of the workload it is past: each `accept` is one. */
  readonly transactions: number;
  /**
   * Advances the workload of a guest that has not run yet, as if it had served so many transactions. What `restore` would
   * have to do at once can thus be done beforehand, little by little.
   */
  follow(transactions: number): void;
  /** The guest's memory, which may be filled from outside as long as it has not run: that does not count as written. */
  readonly memory: PageStore;
  /**
   * Lets a guest that has not run yet go on where another of the same kind, settings and memory stopped: after the I/O at
   * which it had this vCPU state, and the memory that has been put into `memory`.
   * @throws ReplicationError if the state is not one of such a guest.
   */
  restore(state: Buffer): void;
  /** Gives everything back; safe to call twice. */
  close(): void;
}
