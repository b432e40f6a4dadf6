import { describe } from 'vitest';
import { availability } from '../../guests/availability.js';
import { type TrackerName, trackers } from '../../trackers/registry.js';

/** A suite that needs what this tracker needs: skipped, with the reason in its name, where the machine has it not. */
export function describeWith(tracker: TrackerName, name: string, suite: () => void): void {
  const found = availability(trackers[tracker]);
  if (found.works) describe(name, suite);
  else describe.skip(`${name} (skipped: ${found.why})`, suite);
}
