import { UserError } from '../base/usererror.js';
import type { Sharing } from './sharing.js';

/** A way to find the pages that a guest has written since they were last asked for. */
export interface Tracker {
  /**
   * Detection: writes the number of every page written since the last collect into `into`, each exactly once and in
   * any order, forgets them, and returns how many they were. `into` has room for every page that can have been written. Of what is not
   * exact see `Exactness`: `into` has room for every page of the guest then.
   */
  collect(into: Uint32Array): number;
  /**
   * Present: several vCPUs may mark at once, each on its own thread by a marker opened from this, also during a collect. A
   * mark may come upon one of the same page that another vCPU is in the middle of: it is found once that has returned.
   */
  readonly sharing?: Sharing;
  /** Gives back what the garbage collector does not: kernel objects, mappings, threads. */
  close?(): void;
}

/** Remembers the writes of one vCPU, on that vCPU's thread. */
export interface Marker {
  /** Remembers one write. True: the tracker must be drained before this vCPU's next mark. */
  mark(page: number): boolean;
}

/** A software tracker that can remember any number of writes. */
export interface UnboundedTracker extends Tracker {
  readonly bounded: false;
  /** Remembers one write; paid by the running guest. `page` is below the number of pages of the guest. */
  mark(page: number): void;
}

/** A software tracker with finite room, as KVM's dirty ring and Intel's page modification log have. */
export interface BoundedTracker extends Tracker {
  readonly bounded: true;
  /** Remembers one write. True: the room is used up to its limit, and the guest must `drain` before the next mark. */
  mark(page: number): boolean;
  /**
   * Makes room again, losing nothing: the guest has been stopped for it before its I/O (a forced exit), and the pages
   * moved aside come out at the next collect, each once even if it is written again.
   */
  drain(): void;
}

/** A tracker that a simulated guest tells of each of its writes. */
export type SoftwareTracker = UnboundedTracker | BoundedTracker;

/** A tracker that cannot be made as asked. */
export class TrackerError extends UserError {
  override readonly name = 'TrackerError';
}
