import { setImmediate } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { UsageError } from '../../measure/problem.js';
import { profileNames } from '../../measure/profiles.js';
import { nameOf, type SoakProgress, soak, soakSetups } from '../../measure/soak.js';
import { positiveNumber, wholeNumber } from '../options/values.js';
import { soakAdvise } from '../soaks/advise.js';
import { soakCompare } from '../soaks/compare.js';
import { soakFailover } from '../soaks/failover.js';
import { Clock, cutShort, openBar, type Soaked } from '../soaks/soaking.js';
import { formatSeconds } from '../terminal/progress.js';

const partNames = ['trackers', 'failover', 'compare', 'fleet', 'advise', 'all'] as const;

interface SoakFlags {
  part: (typeof partNames)[number];
  epochs: number;
  kills: number;
  comparisons: number;
  apart?: true;
  profile?: string;
  workers: number;
  rounds: number;
  fleetKills: number;
  points: number;
  minutes: number;
  seed: number;
  json?: true;
}

/** `dirtybench soak`: every real tracker, failover, comparisons of the same with the same, a fleet, and advice, for long, everything checked. */
export function soakCommand(): Command {
  return new Command('soak')
    .description(
      'run every real tracker for long, and hold every set found against what was written; kill primaries under load, and ' +
        'hold what their standbys go on with against what clients were told; measure the same again and again, and count what ' +
        '`compare` calls different; kill workers, coordinator and Redis of a fleet, and look for every round; and ask `advise` ' +
        'about points drawn at random, and measure those',
    )
    .addOption(new Option('--part <part>', 'which of them').choices(partNames).default('all'))
    .option('--epochs <number>', 'how many, over all trackers', wholeNumber(1), 1_000_000)
    .option(
      '--kills <number>',
      'how many primaries are killed; every fifth trial has another fault',
      wholeNumber(1),
      200,
    )
    .option('--comparisons <number>', 'how many times the same is measured twice and compared', wholeNumber(1), 100)
    .option('--apart', 'compare each run with the one before, not two that are measured by turns')
    .addOption(
      new Option('--profile <name>', 'a profile to compare, not one tracker of each kind').choices(profileNames),
    )
    .option('--workers <number>', 'of a fleet', wholeNumber(1), 50)
    .option('--rounds <number>', 'that a fleet measures, simulated', wholeNumber(3), 10_000)
    .option('--fleet-kills <number>', 'how often something of a fleet is killed', wholeNumber(0), 20)
    .option('--points <number>', 'how many points are asked about and then measured', wholeNumber(1), 10)
    .option('--minutes <number>', 'stop each part after so long, whatever is done', positiveNumber, 30)
    .option(
      '--seed <number>',
      'which pages are written, the order of rounds, and what the trials of failover do',
      wholeNumber(0),
      1,
    )
    .option('--json', 'print what was found as JSON, a line for each part')
    .action(async (flags: SoakFlags) => {
      const print = ({ text, figures }: Soaked) =>
        process.stdout.write(flags.json ? `${JSON.stringify(figures)}\n` : `${text}\n`);
      const wants = (part: SoakFlags['part']) => flags.part === part || flags.part === 'all';
      if (wants('trackers')) print(await soakTrackers(flags));
      if (wants('failover')) print(await soakFailover(flags));
      if (wants('compare')) print(await soakCompare(flags));
      if (wants('fleet')) {
        const { soakFleet } = await import('../soaks/fleet.js');
        print(await soakFleet({ ...flags, alone: flags.part === 'fleet' }));
      }
      if (wants('advise')) print(await soakAdvise(flags));
    });
}

/** @throws UsageError if no real tracker works here; WrongSetError if a set found is not what was written. */
async function soakTrackers({ epochs, minutes, seed, part }: SoakFlags): Promise<Soaked> {
  const setups = soakSetups();
  if (setups.length === 0) {
    const why = 'no real guest works here: dirtybench probe says why';
    if (part === 'all') return { text: `trackers left out: ${why}`, figures: { part: 'trackers', leftOut: why } };
    throw new UsageError(why);
  }
  const clock = new Clock(minutes);
  const bar = openBar('epochs', epochs);
  let last: SoakProgress = { setup: setups[0] as SoakProgress['setup'], epochs: 0, dirtyPages: 0, forcedExits: 0 };
  try {
    for (const progress of soak(setups, epochs, seed)) {
      last = progress;
      bar.update(progress.epochs, { setup: nameOf(progress.setup) });
      if (clock.isOver) break;
      await setImmediate();
    }
  } finally {
    bar.stop();
  }
  const { epochs: done, dirtyPages, forcedExits } = last;
  const { seconds } = clock;
  const text =
    `trackers: ${cutShort(done, epochs, 'epochs')}${done} epochs over ${setups.length} setups in ` +
    `${formatSeconds(seconds)}: ${dirtyPages} pages written, each found once; ${forcedExits} early stops of full rings`;
  return {
    text,
    figures: { part: 'trackers', epochs: done, setups: setups.length, seconds, dirtyPages, forcedExits },
  };
}
