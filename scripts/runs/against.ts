import { availability } from '../../guests/availability.js';
import { Build, type BuildFacts, buildCommandOf } from '../../measure/against/build.js';
import { inBoth } from '../../measure/against/pair.js';
import { moduleOf, openVersion, type Version, versionPath, withVersion } from '../../measure/against/version.js';
import type { Availabilities } from '../../measure/expansion.js';
import { isFloor } from '../../measure/floor.js';
import type { RunRound } from '../../measure/isolate.js';
import type { Module } from '../../measure/modules.js';
import { looks } from '../../reports/analysis/compare/looks.js';
import { coverageOfEach } from '../../reports/analysis/compare/pair.js';
import { roundsForVerdict } from '../../reports/analysis/compare/rounds.js';
import { sweepMetrics } from '../../reports/analysis/compare/series.js';
import type { Against, Point } from '../../results/schema.js';
import { type TrackerKind, trackers } from '../../trackers/registry.js';
import { interruption } from '../terminal/interrupted.js';
import { identity } from './identity.js';
import { ownCommand } from './runs.js';

/** What a run is measured against: another build of dirtybench, or another version of a tracker of the user's own. */
export interface Opponent {
  /** Whether a tracker works here, and is in that build too. */
  readonly availabilities: Availabilities;
  /** How the two are measured; `modules`: those that the sweep names. @throws UsageError if none of them is what it is a version of. */
  pairing(modules: readonly Module[]): Pairing;
}

/** How two are measured in one run. */
interface Pairing {
  /** What the results file says of the other. */
  readonly against: Against;
  /** Runs a round in both. */
  readonly runRound: RunRound;
}

/**
 * Looks at what is named: a module of the user's own by its path, a build by its folder or as a command.
 * @throws UsageError or ModuleError if it cannot be measured against.
 */
export async function openOpponent(named: string): Promise<Opponent> {
  const path = versionPath(named);
  return path === null ? openBuild(named) : versionAsOpponent(await openVersion(path));
}

async function openBuild(named: string): Promise<Opponent> {
  const build = new Build(named, buildCommandOf(named));
  const { trackers: known, version, commit, digest } = await describe(build);
  const against = { build: named, version, commit, digest, ownDigest: identity().digest };
  if (against.ownDigest === digest) sayIsSame(`the build '${named}'`, 'this one');
  return {
    availabilities: (kind) =>
      isOfModule(kind) || known.includes(nameOf(kind))
        ? availability(kind)
        : {
            works: false,
            why: `the build '${named}' has no such tracker`,
            remedy: 'leave it out, or name a newer build',
          },
    pairing: () => ({ against, runRound: inBoth(ownBuild().runRound, build.runRound) }),
  };
}

/** Another version of a module as an opponent: this build measures both, each round in a process of its own, as of two builds. */
function versionAsOpponent(other: Version): Opponent {
  const { path, sha256 } = other;
  const { version, commit, digest } = identity();
  return {
    availabilities: availability,
    pairing(modules) {
      const own = moduleOf(other, modules);
      if (own.sha256 === sha256) sayIsSame(`'${path}'`, `'${own.path}'`, ', or what they import');
      const module = { path, sha256, of: own.path };
      const { runRound } = ownBuild();
      return {
        against: { build: path, version, commit, digest, ownDigest: digest, module },
        runRound: inBoth(runRound, withVersion(other, own.path, runRound)),
      };
    },
  };
}

/** Says that both are the same. That is no error, it shows what the same comes out as; but who wants to see a change has named the wrong one. */
function sayIsSame(other: string, own: string, orElse = ''): void {
  process.stderr.write(`${other} is the same as ${own}, byte for byte: what will differ is chance${orElse}\n`);
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
function isOfModule(kind: TrackerKind): boolean {
  return nameOf(kind) === '';
}

function nameOf(kind: TrackerKind): string {
  return Object.entries(trackers).find(([, each]) => each === kind)?.[0] ?? '';
}

/**
 * The points with as many rounds as verdicts on all metrics of so many pairs take at the least, where they have fewer; floors, which get
 * none, as they are. What is undecided then has more, look by look.
 */
export function withRoundsToDecide(points: readonly Point[]): Point[] {
  const judged = points.filter(({ tracker }) => !isFloor(tracker));
  const rounds = roundsForVerdict(coverageOfEach(sweepMetrics.length * judged.length, true, looks), true);
  return points.map((point) => (judged.includes(point) ? { ...point, rounds: Math.max(point.rounds, rounds) } : point));
}
