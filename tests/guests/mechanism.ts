import { describe } from 'vitest';
import { availability } from '../../guests/availability.js';
import { type TrackerName, trackers } from '../../trackers/registry.js';

/** A suite that needs what this tracker needs: where the machine has it not, it is skipped, and the reason printed. */
export function describeWith(tracker: TrackerName, name: string, suite: () => void): void {
  const found = availability(trackers[tracker]);
  if (found.works) {
    describe(name, suite);
    return;
  }
  console.info(`skipped: ${name}: ${found.why}; what helps: ${found.remedy}`);
  describe.skip(name, suite);
}
