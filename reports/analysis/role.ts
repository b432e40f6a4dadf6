import { exactnessOf, knownFacts } from '../../trackers/catalogue.js';
import type { Role } from '../../trackers/facts.js';

/** What a tracker is to the report, as the catalogue of trackers says it; one that is not in there is a scheme. */
export function roleOf(tracker: string): Role {
  return knownFacts(tracker)?.role ?? 'scheme';
}

/**
 * True for a tracker that takes part in the report's comparisons: only schemes are compared with one another, and what finds
 * more than was written answers another question than they do.
 */
export function isContender({ tracker }: { readonly tracker: string }): boolean {
  return roleOf(tracker) === 'scheme' && exactnessOf(tracker) === 'exact';
}
