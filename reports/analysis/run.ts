import type { Environment, Header, Results } from '../../results/schema.js';

/** What was run, where, and how to do it again. */
export interface RunFacts {
  /** Version of dirtybench. */
  readonly version: string;
  readonly sweep: string;
  readonly command: string;
  readonly startedAt: string;
  readonly environment: Environment;
  readonly load: number;
  readonly footprintBytes: number;
  readonly pointsAsked: number;
  /** Finished rounds, with the twin's, and those asked for; a fleet asks no more of a point that it has given up. */
  readonly rounds: number;
  readonly roundsAsked: number;
  /** Measured epochs of all finished rounds: each was verified. */
  readonly epochs: number;
  /** Sum of the rounds' wall times; workers measure side by side. */
  readonly seconds: number;
  readonly seeds: readonly number[];
  readonly skipped: Header['skipped'];
  readonly unavailable: Header['unavailable'];
}

/** The facts of a run, from its header and its rounds. */
export function runFactsOf(results: Results): RunFacts {
  const { header, rounds } = results;
  return {
    version: header.version,
    sweep: header.sweep,
    command: header.command,
    startedAt: header.startedAt,
    environment: header.environment,
    load: header.load,
    footprintBytes: header.footprintBytes,
    pointsAsked: header.points.length,
    rounds: rounds.length,
    roundsAsked: roundsAsked(results),
    epochs: rounds.reduce((sum, round) => sum + round.epochs, 0),
    seconds: rounds.reduce((sum, round) => sum + round.seconds, 0),
    seeds: [...new Set(header.points.map((point) => point.seed))],
    skipped: header.skipped,
    unavailable: header.unavailable,
  };
}

/**
 * Rounds of the whole sweep, with the twin's. What is left of a point whose tracker found the wrong pages is given up: of that, only the
 * finished rounds count.
 */
export function roundsAsked({ header, rounds, wrongSets }: Results): number {
  const givenUp = new Set(wrongSets.map(({ point }) => point));
  const asked = header.points.map((point, index) => {
    const had = rounds.filter((round) => round.point === index).length;
    const first = point.rounds * (index === header.twin ? 2 : 1);
    if (givenUp.has(index)) return had;
    // By turns, a point may have been given more than the header says.
    return header.against?.looks === undefined ? first : Math.max(first, had);
  });
  return asked.reduce((sum, each) => sum + each, 0);
}
