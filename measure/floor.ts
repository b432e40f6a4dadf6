import type { GuestName } from '../guests/registry.js';
import { findsNothing } from '../trackers/facts.js';
import { knownTracker, type TrackerName } from '../trackers/registry.js';

/** The tracker that finds nothing on each kind of guest: what the measurement itself costs there. */
export const floors: Record<GuestName, TrackerName> = {
  simulated: 'null',
  kvm: 'kvm-null',
  process: 'process-null',
};

/** Whether a tracker is there to find nothing. */
export function isFloor(tracker: string): boolean {
  const kind = knownTracker(tracker);
  return kind !== null && findsNothing(kind);
}
