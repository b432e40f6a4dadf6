import { type Command, Option } from 'commander';
import { backingNames } from '../../base/backing.js';
import { unknownName } from '../../base/suggestion.js';
import { guestNames } from '../../guests/registry.js';
import { type Axes, collectNames } from '../../measure/axes.js';
import { type Expansion, expand, onBacking } from '../../measure/expansion.js';
import { isGroup } from '../../measure/group.js';
import type { Planned } from '../../measure/header.js';
import { loadSweepModules, type Module } from '../../measure/modules.js';
import { UsageError } from '../../measure/problem.js';
import { type ProfileName, profileNames, profileSweeps } from '../../measure/profiles.js';
import { parseSweep, type Sweep } from '../../measure/sweep.js';
import { readSweepFile } from '../../measure/sweepfile.js';
import { cacheStates } from '../../results/cache.js';
import { isTrackerName, trackers } from '../../trackers/registry.js';

/** What a command line says about what to measure; axes as they were typed, under their sweep-file keys. */
export interface SweepFlags {
  profile?: string;
  sweep?: string;
  guest?: string[];
  tracker?: string[];
  workload?: string[];
  memory?: string[];
  pages?: string[];
  dirtyRate?: string[];
  ioFrequency?: string[];
  cache?: string[];
  vcpus?: string[];
  ringEntries?: string[];
  clearChunk?: string[];
  backing?: string[];
  guests?: string[];
  oneProcess?: boolean;
  collect?: string;
  arming?: boolean;
  epochs?: string;
  rounds?: string;
  seed?: string;
}

/** Reads a list, whose values are read as those of a sweep file are. */
function list(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}

/** An option whose names help and completions show; whether a name is one of them is found out with all else of a sweep. */
function named(flags: string, text: string, names: readonly string[]): Option {
  return new Option(flags, text).choices(names).argParser((given: string) => given);
}

/** Gives a command the flags that choose what to measure. */
export function addSweepFlags(command: Command): Command {
  return command
    .addOption(named('--profile <name>', 'a sweep that comes with dirtybench', profileNames))
    .option('--sweep <file>', 'a sweep file, YAML or JSON; - for standard input')
    .addOption(named('--guest <names>', 'kinds of guest', guestNames).argParser(list))
    .option(
      '--tracker <names>',
      'trackers, as in `dirtybench list`, or groups of them: all, simulated, kvm, process; one of your own is ./mine.js',
      list,
    )
    .option(
      '--workload <names>',
      'workloads, as in `dirtybench list`; a recorded one is trace:NAME or trace:./FILE.trace.gz, one of your own ./mine.js',
      list,
    )
    .option('--memory <sizes>', 'guest memory, from 4M to 1T; 512M-4G doubles from one to the other', list)
    .option('--pages <numbers>', 'pages that an epoch writes; 16-256 doubles from one to the other', list)
    .option('--dirty-rate <numbers>', 'pages written per second, instead of --pages; it needs --io-frequency', list)
    .option('--io-frequency <numbers>', 'I/Os per second', list)
    .addOption(named('--cache <states>', 'what a collect finds in the caches', cacheStates).argParser(list))
    .option('--vcpus <numbers>', 'vCPUs that share the writes of an epoch', list)
    .option('--ring-entries <numbers>', "entries of a ring tracker's ring, a power of two", list)
    .option(
      '--clear-chunk <sizes>',
      'memory whose log kvm-bitmap-initially-set clears in one call, a power of two',
      list,
    )
    .addOption(
      named('--backing <names>', 'what the memory of real guests is mapped with', backingNames).argParser(list),
    )
    .option('--guests <numbers>', 'guests on the host that write and are collected at once; one is measured', list)
    .option('--one-process', 'all guests of a host in one process, not each in its own')
    .addOption(
      named(
        '--collect <way>',
        'what a guest does while it is collected: running also collects one that goes on writing',
        collectNames,
      ),
    )
    .option('--arming', 'also measure what turning tracking on and off costs, with all memory of a real guest there')
    .option('--epochs <number>', 'epochs in a round')
    .option('--rounds <number>', 'rounds of each point')
    .option('--seed <number>', 'seed of the writes and of the order of rounds');
}

/** A sweep with a name: what a results file calls it. */
export interface NamedExpansion extends Planned {
  /** The profile that it is, with no axis of it replaced; null for any other sweep. */
  readonly profile: ProfileName | null;
  /** What was asked for by name and cannot be measured, a line for each with the reason. */
  readonly refused: readonly string[];
}

/** The flags that were given of those that say what to measure, as `--tracker`. @throws UsageError if one of them is wrong. */
export function askedOfSweep(flags: SweepFlags): string[] {
  const { profile, sweep } = flags;
  const given = Object.entries({ profile, sweep }).filter(([, value]) => value !== undefined);
  return [...given.map(([name]) => name), ...Object.keys(typedAxes(flags))].map((name) => `--${name}`);
}

/**
 * The points that the flags ask for. Axes beside a profile or a sweep file take the place of its own. `expansionOf` says which of
 * the sweeps' points can be measured, by default on this machine.
 * @throws UsageError that names the flag and the value; ModuleError if a module of the user's own cannot be used.
 */
export async function expandFlags(
  flags: SweepFlags,
  defaultProfile: ProfileName | null,
  expansionOf: (sweeps: readonly Sweep[], modules: readonly Module[]) => Expansion | Promise<Expansion> = (sweeps) =>
    expand(sweeps),
): Promise<NamedExpansion> {
  const typed = typedAxes(flags);
  const axesTyped = Object.keys(typed).length > 0;
  const { name, sweeps } = baseSweeps(flags, defaultProfile, axesTyped);
  const overridden = sweeps.map((sweep) => ({
    ...sweep,
    crosses: sweep.crosses.map((cross) => ({ ...cross, ...typed })),
  }));
  const profile = profileNames.find((one) => one === name && flags.sweep === undefined && !axesTyped) ?? null;
  const modules = await loadSweepModules(overridden);
  const expansion = await expansionOf(overridden, modules);
  const named = flags.sweep === undefined ? [typed] : overridden.flatMap(({ crosses }) => crosses);
  // A profile includes points by itself, which a machine or an axis that is typed may rule out.
  const skippedLines = flags.profile === undefined ? expansion.skipped.map(({ what, why }) => `${what}: ${why}`) : [];
  return { name, profile, ...expansion, modules, refused: [...refusedAmong(named, expansion), ...skippedLines] };
}

/**
 * Trackers that are named and do not work here; all of a guest or a group that is named and of which none does; and those that do not
 * work with a backing that is named.
 */
function refusedAmong(named: readonly Axes[], { points, unavailable }: Expansion): string[] {
  const choices = named.flatMap(({ tracker }) => tracker ?? []);
  const namedTrackers = new Set<string>(choices.filter((choice) => !isGroup(choice)));
  const lostGuests = new Set(
    guestNames
      .filter((guest) => choices.includes(guest) || named.some((axes) => axes.guest?.includes(guest)))
      .filter((guest) => points.every((point) => point.guest !== guest)),
  );
  const namedBackings = new Set<string>(named.flatMap(({ backing }) => backing ?? []));
  return unavailable
    .filter(({ tracker, backing }) =>
      backing === undefined
        ? isTrackerName(tracker) && (namedTrackers.has(tracker) || lostGuests.has(trackers[tracker].guest))
        : namedBackings.has(backing),
    )
    .map(
      ({ tracker, backing, why, remedy }) =>
        `tracker '${tracker}' does not work here${onBacking({ backing })}: ${why}; remedy: ${remedy}`,
    );
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
  const input = {
    guest: flags.guest,
    tracker: flags.tracker,
    workload: flags.workload,
    memory: flags.memory,
    pages: flags.pages,
    'dirty-rate': flags.dirtyRate,
    'io-frequency': flags.ioFrequency,
    cache: flags.cache,
    vcpus: flags.vcpus,
    'ring-entries': flags.ringEntries,
    'clear-chunk': flags.clearChunk,
    backing: flags.backing,
    guests: flags.guests,
    'one-process': flags.oneProcess,
    collect: flags.collect,
    arming: flags.arming,
    epochs: flags.epochs,
    rounds: flags.rounds,
    seed: flags.seed,
  };
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  return parseSweep(given, 'command line').crosses[0] ?? {};
}
