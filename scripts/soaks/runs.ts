import { join } from 'node:path';
import { usableCores } from '../../base/machine.js';
import { inBoth } from '../../measure/against/pair.js';
import { makeHeader } from '../../measure/header.js';
import type { RunRound } from '../../measure/isolate.js';
import { Lanes } from '../../measure/lane.js';
import { UsageError } from '../../measure/problem.js';
import { workersWithRoom } from '../../measure/room.js';
import { measure, type RunSettings } from '../../measure/run.js';
import { type Comparing, type Comparison, compare, compareBuilds } from '../../reports/analysis/compare/comparison.js';
import { looks, roundsWanted } from '../../reports/analysis/compare/looks.js';
import { finished, readAny } from '../../results/any.js';
import { ResultsFile, readResults } from '../../results/file.js';
import type { Header } from '../../results/schema.js';
import { expandFlags, type SweepFlags } from '../options/axes.js';
import { ownBuild, withRoundsToDecide } from '../runs/against.js';
import { identity } from '../runs/identity.js';
import { typedCommand } from '../runs/session.js';

/** What is measured again and again. */
export interface SoakedSweep {
  /** What the sweep has, but its seed. */
  readonly flags: Readonly<SweepFlags>;
  readonly seed: number;
  /** Where its files go. */
  readonly folder: string;
}

/** Two measurements of the same build, compared. */
export interface Attempt {
  readonly comparison: Comparison;
  /** The tracker that was slowed on purpose in the new one of the two; null: none. */
  readonly slowed: string | null;
}

/** How many times as long the collects of a slowed tracker take. */
export const slowdown = 1.3;

/** Rounds of each run that is compared with the one before: with fewer, verdicts on hundreds of pairs cannot be had (DESIGN.md). */
const roundsApart = '8';

const comparing: Comparing = { threshold: 0.05, metrics: ['collect'] };

/** One tracker of each kind, where it works. */
export const oneOfEach: SweepFlags = {
  tracker: [
    'flag-scan-words',
    'bitmap-scan',
    'hierarchical-bitmap',
    'flag-queue',
    'dirty-ring',
    'kvm-bitmap',
    'kvm-ring',
    'pagemap-scan',
  ],
  memory: ['512M'],
  epochs: '100',
};

/** Of these one is slowed in each run: their collects are long enough for a factor to be what it says. */
const toBeSlowed = ['flag-scan-words', 'bitmap-scan', 'kvm-bitmap', 'pagemap-scan'];

/** Measures the sweep again and again, each run compared with the one before. */
export async function* runsApart(sweep: SoakedSweep): AsyncGenerator<Attempt> {
  const header = await headerOf(sweep, { rounds: roundsApart });
  const lanes = new Lanes();
  try {
    for (let number = 0, before: string | null = null; ; number++) {
      const now = await measured(join(sweep.folder, `${number}.jsonl`), header, lanes.runRound);
      if (before !== null) yield { comparison: compare(named(before), [named(now)], comparing), slowed: null };
      before = now;
    }
  } finally {
    lanes.close();
  }
}

/** Measures the sweep again and again, each round twice, by turns; one tracker is slowed on purpose in the one that counts as new. */
export async function* runsByTurns(sweep: SoakedSweep): AsyncGenerator<Attempt> {
  const { version, commit, digest } = identity();
  const asked = await headerOf(sweep, {});
  const points = withRoundsToDecide(asked.points);
  const against = { build: 'itself', version, commit, digest, ownDigest: digest, looks };
  // By turns nothing rests on the A/A pair.
  const header = { ...asked, points, twin: null, against };
  const there = toBeSlowed.filter((tracker) => points.some((point) => point.tracker === tracker));
  for (let number = 0; ; number++) {
    const slowed = there[number % Math.max(1, there.length)] ?? null;
    // Both run the same code, which V8 then compiles in the same way: only the factor differs.
    const made = (factor: number) => ownBuild(slowed === null ? [] : ['--slow', `${slowed}=${factor}`]);
    const path = await measured(
      join(sweep.folder, `${number}.jsonl`),
      header,
      inBoth(made(slowdown).runRound, made(1).runRound),
      (results) => roundsWanted(results, comparing.threshold),
    );
    yield { comparison: compareBuilds(path, finished(path, readResults(path)), comparing), slowed };
  }
}

function named(path: string) {
  return { path, file: readAny(path) };
}

/** @throws UsageError if one of the flags is wrong. */
async function headerOf({ flags, seed }: SoakedSweep, more: { readonly rounds?: string }): Promise<Header> {
  const expansion = await expandFlags({ ...flags, seed: String(seed), ...more }, null);
  return makeHeader(expansion, typedCommand(), { hostName: false });
}

/** Runs the sweep into a file. */
async function measured(
  path: string,
  header: Header,
  runRound: RunRound,
  wanted?: RunSettings['wanted'],
): Promise<string> {
  const file = new ResultsFile(path, header);
  try {
    const workers = workersWithRoom(header.points, usableCores());
    const events = { isolation: () => {}, progress: () => {}, failure: fail, wrongSet: fail };
    await measure(file, { workers, runRound, wanted, signal: new AbortController().signal }, events);
  } finally {
    file.close();
  }
  return path;
}

/** What is missing would not be compared, and the count would be of less than it says. */
function fail(error: Error): never {
  throw new UsageError(error.message);
}
