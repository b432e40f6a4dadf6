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
  /** Finished rounds, with the twin's, and those asked for. */
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
    roundsAsked: roundsAsked(header),
    epochs: rounds.reduce((sum, round) => sum + round.epochs, 0),
    seconds: rounds.reduce((sum, round) => sum + round.seconds, 0),
    seeds: [...new Set(header.points.map((point) => point.seed))],
    skipped: header.skipped,
    unavailable: header.unavailable,
  };
}

/** Rounds of the whole sweep, with the twin's. */
export function roundsAsked({ points, twin }: Header): number {
  const rounds = points.map((point) => point.rounds);
  return rounds.reduce((sum, asked) => sum + asked, rounds[twin] ?? 0);
}
