import { type BoundedTracker, type SoftwareTracker, TrackerError, type UnboundedTracker } from '../trackers/tracker.js';
import type { Guest } from './guest.js';
import { ThreadedGuest } from './simulated-threads.js';

/**
 * A guest without memory: to write a page is to mark it. What it costs is what the tracker costs.
 * @throws TrackerError if there are several vCPUs, and the tracker is for one.
 */
export function simulatedGuest(tracker: SoftwareTracker, vcpus: number): Guest {
  if (vcpus === 1) return tracker.bounded ? new BoundedGuest(tracker) : new UnboundedGuest(tracker);
  if (tracker.sharing === undefined) throw new TrackerError(`${vcpus} vCPUs: the tracker is marked by one alone`);
  return new ThreadedGuest(tracker, tracker.sharing, vcpus);
}

class UnboundedGuest implements Guest {
  readonly forcedExits = 0;
  readonly #tracker: UnboundedTracker;

  constructor(tracker: UnboundedTracker) {
    this.#tracker = tracker;
  }

  run(pages: Uint32Array, count: number): void {
    for (let i = 0; i < count; i++) this.#tracker.mark(pages[i] as number);
  }

  collect(into: Uint32Array): number {
    return this.#tracker.collect(into);
  }

  close(): void {
    this.#tracker.close?.();
  }
}

class BoundedGuest implements Guest {
  forcedExits = 0;
  readonly #tracker: BoundedTracker;

  constructor(tracker: BoundedTracker) {
    this.#tracker = tracker;
  }

  run(pages: Uint32Array, count: number): void {
    for (let i = 0; i < count; i++) {
      if (this.#tracker.mark(pages[i] as number)) {
        this.forcedExits++;
        this.#tracker.drain();
      }
    }
  }

  collect(into: Uint32Array): number {
    return this.#tracker.collect(into);
  }

  close(): void {
    this.#tracker.close?.();
  }
}
