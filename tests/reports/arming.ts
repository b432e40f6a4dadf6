import type { Results } from '../../results/schema.js';
import { jitter } from './fixture.js';
import { sampleResults, sampleWithReal } from './sample.js';

const gib = 2 ** 30;

/** Milliseconds a GiB that each takes to turn on. */
const perGiB: Readonly<Record<string, number>> = { 'kvm-bitmap': 4, 'kvm-ring': 5, 'pagemap-scan': 30 };

/** A sweep of real guests whose tracking was turned on and off; made up: on takes so much a GiB and 1 ms, off half, 10 µs in all the first collect. */
export function armedResults(): Results {
  const results = sampleResults(sampleWithReal);
  const rounds = results.rounds.map((round) => {
    const point = results.header.points[round.point];
    const slope = perGiB[point?.tracker ?? ''];
    if (point === undefined || slope === undefined) return round;
    const armNs = (1e6 + slope * 1e6 * (point.memoryBytes / gib)) * jitter(round.round, 0.01);
    return { ...round, arming: { repetitions: 5, armNs, firstCollectNs: 10_000, disarmNs: armNs / 2 } };
  });
  return { ...results, rounds };
}
