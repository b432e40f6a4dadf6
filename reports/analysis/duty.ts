import { knownFacts } from '../../trackers/catalogue.js';
import type { Duty } from '../../trackers/facts.js';
import { partsOf } from './scheme.js';

/** What a scheme's tracker must do, as the catalogue of trackers says it; null for one that is not in there. */
export function dutyOf(scheme: string): Duty | null {
  return knownFacts(partsOf(scheme).tracker)?.duty ?? null;
}
