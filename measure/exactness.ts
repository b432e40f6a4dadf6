import type { Exactness } from '../base/exactness.js';
import type { Header, Point } from '../results/schema.js';
import { knownFacts } from '../trackers/catalogue.js';

/** What a tracker promises of the pages that it finds; one that this version does not know is held to the most. */
export function exactnessOf(tracker: string): Exactness {
  return knownFacts(tracker)?.exactness ?? 'exact';
}

/** The trackers of these points that may find more than was written, each once. */
export function approximateAmong(points: readonly Point[]): NonNullable<Header['approximate']> {
  return [...new Set(points.map(({ tracker }) => tracker))].flatMap((tracker) => {
    const exactness = exactnessOf(tracker);
    return exactness === 'exact' ? [] : [{ tracker, exactness }];
  });
}
