import type { Results } from '../../results/schema.js';
import { pointOf, resultsOf } from './fixture.js';

/** What share more a collect takes for each guest beside, in processes of their own and in one. */
const shares: Readonly<Record<string, readonly [apart: number, together: number]>> = {
  'flag-scan': [0.25, 1],
  'flag-queue': [0.05, 0.5],
};

/** A sweep of guests beside others; made up: 100 µs alone, and a share of that more for each guest beside. */
export function neighbourResults(): Results {
  const points = ['null', 'flag-scan', 'flag-queue'].flatMap((tracker) => [
    pointOf({ tracker }),
    ...[2, 4].flatMap((guests) => [pointOf({ tracker, guests }), pointOf({ tracker, guests, oneProcess: true })]),
  ]);
  return resultsOf(points, ({ tracker, guests = 1, oneProcess }) => {
    const [apart, together] = shares[tracker] ?? [0, 0];
    return { collectNs: tracker === 'null' ? 100 : 100_000 * (1 + (oneProcess ? together : apart) * (guests - 1)) };
  });
}
