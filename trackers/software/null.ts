import type { UnboundedTracker } from '../tracker.js';

/**
 * Remembers nothing and finds nothing: what is measured with it is the timer and the loop, the floor under every other
 * tracker's figure. Constant time, no memory.
 */
export class NullTracker implements UnboundedTracker {
  readonly bounded = false;
  readonly sharing = { scheme: 'null' } as const;

  mark(_page: number): void {}

  collect(_into: Uint32Array): number {
    return 0;
  }
}
