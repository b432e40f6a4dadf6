import { availability } from '../../guests/availability.js';
import { Build, type BuildFacts, buildCommandOf } from '../../measure/against/build.js';
import { inBoth } from '../../measure/against/pair.js';
import type { Availabilities } from '../../measure/expansion.js';
import type { RunRound } from '../../measure/isolate.js';
import { coverageOfEach } from '../../reports/analysis/compare/pair.js';
import { roundsForVerdict } from '../../reports/analysis/compare/rounds.js';
import type { Against, Point } from '../../results/schema.js';
import { type TrackerKind, trackers } from '../../trackers/registry.js';
import { interruption } from '../terminal/interrupted.js';
import { identity } from './identity.js';
import { ownCommand } from './runs.js';

/** Another build of dirtybench, that a run is measured against. */
export interface Opponent {
  /** What the results file says of it. */
  readonly against: Against;
  /** Whether a tracker works here, and is in that build too. */
  readonly availabilities: Availabilities;
  /** Runs a round in both builds. */
  readonly runRound: RunRound;
}

/**
 * Asks the build that is named, by its folder or as a command, what it is.
 * @throws UsageError if it cannot be measured against.
 */
export async function openOpponent(named: string): Promise<Opponent> {
  const build = new Build(named, buildCommandOf(named));
  const own = ownBuild();
  const { trackers: known, version, commit, digest } = await describe(build);
  return {
    against: { build: named, version, commit, digest, ownDigest: identity().digest },
    availabilities: (kind) =>
      isOwn(kind) || known.includes(nameOf(kind))
        ? availability(kind)
        : {
            works: false,
            why: `the build '${named}' has no such tracker`,
            remedy: 'leave it out, or name a newer build',
          },
    runRound: inBoth(own.runRound, build.runRound),
  };
}

/** This build. `flags`: more words for its `lane`. */
export function ownBuild(flags: readonly string[] = []): Build {
  return new Build(null, asCommand(ownCommand()), flags);
}

async function describe(build: Build): Promise<BuildFacts> {
  const interrupt = interruption();
  try {
    return await build.describe(interrupt.signal);
  } catch (error) {
    interrupt.insistUninterrupted('nothing was measured');
    throw error;
  } finally {
    interrupt.end();
  }
}

function asCommand([file = process.execPath, ...args]: readonly string[]): [string, ...string[]] {
  return [file, ...args];
}

/** Whether a tracker is of a module of the user's own, which both builds load. */
function isOwn(kind: TrackerKind): boolean {
  return nameOf(kind) === '';
}

function nameOf(kind: TrackerKind): string {
  return Object.entries(trackers).find(([, each]) => each === kind)?.[0] ?? '';
}

/** So many times the fewest rounds from which a verdict can come, since some scatter. */
const roundsForScatter = 1.5;

/** The points with as many rounds as verdicts on so many pairs take, where they have fewer. */
export function withRoundsToDecide(points: readonly Point[]): Point[] {
  const fewest = roundsForVerdict(coverageOfEach(points.length, true), true);
  return points.map((point) => ({ ...point, rounds: Math.max(point.rounds, Math.ceil(roundsForScatter * fewest)) }));
}
