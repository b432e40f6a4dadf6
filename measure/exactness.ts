import type { Header, Point } from '../results/schema.js';
import { exactnessOf } from '../trackers/catalogue.js';

/** The trackers of these points that may find more than was written, each once. */
export function approximateAmong(points: readonly Point[]): NonNullable<Header['approximate']> {
  return [...new Set(points.map(({ tracker }) => tracker))].flatMap((tracker) => {
    const exactness = exactnessOf(tracker);
    return exactness === 'exact' ? [] : [{ tracker, exactness }];
  });
}
