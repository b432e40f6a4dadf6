import { type Command, InvalidArgumentError } from 'commander';
import type { Axes } from '../measure/axes.js';
import { type Expansion, expand } from '../measure/expansion.js';
import { UsageError, unknownName } from '../measure/problem.js';
import { type ProfileName, profileNames, profileSweeps } from '../measure/profiles.js';
import { parseSweep, type Sweep } from '../measure/sweep.js';
import { readSweepFile } from '../measure/sweepfile.js';
import { isTrackerName, trackers } from '../trackers/registry.js';

/** What a command line says about what to measure; axes as they were typed, under their sweep-file keys. */
export interface SweepFlags {
  profile?: string;
  sweep?: string;
  guest?: string;
  tracker?: string;
  workload?: string;
  memory?: string;
  pages?: string;
  dirtyRate?: string;
  ioFrequency?: string;
  cache?: string;
  vcpus?: string;
  ringEntries?: string;
  epochs?: string;
  rounds?: string;
  seed?: string;
}

/** A list that is given again goes on. */
function added(more: string, before: string | undefined): string {
  return before === undefined ? more : `${before},${more}`;
}

/** What has one value is given once. */
function once(value: string, before: string | undefined): string {
  if (before !== undefined) throw new InvalidArgumentError(`it was given before, as '${before}': give it once.`);
  return value;
}

/** Gives a command the flags that choose what to measure. */
export function addSweepFlags(command: Command): Command {
  return command
    .option('--profile <name>', `a sweep that comes with dirtybench: ${profileNames.join(', ')}`, once)
    .option('--sweep <file>', 'a sweep file, YAML or JSON', once)
    .option('--guest <names>', 'kinds of guest', added)
    .option('--tracker <names>', 'trackers, as in `dirtybench list`', added)
    .option('--workload <names>', 'workloads; a recorded one is trace:NAME or trace:./FILE.trace.gz', added)
    .option('--memory <sizes>', 'guest memory, from 4M to 1T', added)
    .option('--pages <numbers>', 'pages that an epoch writes', added)
    .option('--dirty-rate <numbers>', 'pages written a second, instead of --pages', added)
    .option('--io-frequency <numbers>', 'I/Os a second', added)
    .option('--cache <states>', 'warm, cold', added)
    .option('--vcpus <numbers>', 'vCPUs that share the writes of an epoch', added)
    .option('--ring-entries <numbers>', "entries of a ring tracker's ring, a power of two", added)
    .option('--epochs <number>', 'epochs in a round', once)
    .option('--rounds <number>', 'rounds of each point', once)
    .option('--seed <number>', 'seed of the writes and of the order of rounds', once);
}

/** A sweep with a name: what a results file calls it. */
export interface NamedExpansion extends Expansion {
  readonly name: string;
  /** The profile that it is, with no axis of it replaced; null for any other sweep. */
  readonly profile: ProfileName | null;
  /** What was asked for by name and does not work on this machine, a line for each with the remedy. */
  readonly refused: readonly string[];
}

/**
 * The points that the flags ask for. Axes beside a profile or a sweep file take the place of its own.
 * @throws UsageError that names the flag and the value.
 */
export function expandFlags(flags: SweepFlags, defaultProfile: ProfileName | null): NamedExpansion {
  const typed = typedAxes(flags);
  const axesTyped = Object.keys(typed).length > 0;
  const { name, sweeps } = baseSweeps(flags, defaultProfile, axesTyped);
  const overridden = sweeps.map((sweep) => ({
    ...sweep,
    crosses: sweep.crosses.map((cross) => ({ ...cross, ...typed })),
  }));
  const profile = profileNames.find((one) => one === name && flags.sweep === undefined && !axesTyped) ?? null;
  const expansion = expand(overridden);
  const named = flags.sweep === undefined ? [typed] : overridden.flatMap(({ crosses }) => crosses);
  return { name, profile, ...expansion, refused: refusedAmong(named, expansion) };
}

/** Trackers that are named and do not work here, and all of a guest that is named and has no point. */
function refusedAmong(named: readonly Axes[], { points, unavailable }: Expansion): string[] {
  const namedTrackers = new Set(named.flatMap(({ tracker }) => tracker ?? []));
  const lostGuests = new Set(
    named.flatMap(({ guest }) => guest ?? []).filter((guest) => points.every((point) => point.guest !== guest)),
  );
  return unavailable
    .filter(
      ({ tracker }) =>
        isTrackerName(tracker) && (namedTrackers.has(tracker) || lostGuests.has(trackers[tracker].guest)),
    )
    .map(({ tracker, why, remedy }) => `tracker '${tracker}' does not work here: ${why}; remedy: ${remedy}`);
}

function baseSweeps(
  flags: SweepFlags,
  defaultProfile: ProfileName | null,
  axesTyped: boolean,
): { name: string; sweeps: Sweep[] } {
  if (flags.profile !== undefined && flags.sweep !== undefined) {
    throw new UsageError('--profile and --sweep both say what to measure: give one');
  }
  if (flags.sweep !== undefined) {
    const sweep = readSweepFile(flags.sweep);
    return { name: sweep.name ?? 'sweep', sweeps: [sweep] };
  }
  const profile = flags.profile ?? (axesTyped ? null : defaultProfile);
  if (profile === null) return { name: 'flags', sweeps: [parseSweep({}, 'command line')] };
  const known = profileNames.find((one) => one === profile);
  if (known === undefined) throw new UsageError(unknownName('profile', profile, profileNames));
  return { name: known, sweeps: profileSweeps(known) };
}

function typedAxes(flags: SweepFlags): Axes {
  const list = (text: string | undefined) => text?.split(',').map((part) => part.trim());
  const input = {
    guest: list(flags.guest),
    tracker: list(flags.tracker),
    workload: list(flags.workload),
    memory: list(flags.memory),
    pages: list(flags.pages),
    'dirty-rate': list(flags.dirtyRate),
    'io-frequency': list(flags.ioFrequency),
    cache: list(flags.cache),
    vcpus: list(flags.vcpus),
    'ring-entries': list(flags.ringEntries),
    epochs: flags.epochs,
    rounds: flags.rounds,
    seed: flags.seed,
  };
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  return parseSweep(given, 'command line').crosses[0] ?? {};
}
