import type { Results } from '../../results/schema.js';

/**
 * Trackers with rounds that were measured beside others, though no check says how they do then: of an interrupted run, of a
 * fleet whose hosts share a machine, or of dirtybench 0.1.0.
 */
export function uncheckedOf({ header, rounds, isolation }: Results): string[] {
  const decided = new Set(isolation.map(({ tracker }) => tracker));
  const beside = rounds.filter((round) => round.beside).map(({ point }) => header.points[point]?.tracker ?? '');
  return [...new Set(beside)].filter((tracker) => !decided.has(tracker));
}
