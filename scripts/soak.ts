import { setImmediate } from 'node:timers/promises';
import { Presets, SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { UsageError } from '../measure/problem.js';
import { nameOf, type SoakProgress, soak, soakSetups } from '../measure/soak.js';
import { formatSeconds } from './progress.js';
import { positiveNumber, wholeNumber } from './values.js';

interface SoakFlags {
  epochs: number;
  minutes: number;
  seed: number;
}

/** `dirtybench soak`: every real tracker that works here, for long, every collect checked. */
export function soakCommand(): Command {
  return new Command('soak')
    .description('run every real tracker for long, and hold every set found against what was written')
    .option('--epochs <number>', 'how many, over all trackers', wholeNumber(1), 1_000_000)
    .option('--minutes <number>', 'stop after so long, whatever is done', positiveNumber, 30)
    .option('--seed <number>', 'which pages are written', wholeNumber(0), 1)
    .action(async (flags: SoakFlags) => {
      process.stdout.write(await runSoak(flags));
    });
}

/** @throws UsageError if no real tracker works here; WrongSetError if a set found is not what was written. */
async function runSoak({ epochs, minutes, seed }: SoakFlags): Promise<string> {
  const setups = soakSetups();
  if (setups.length === 0) throw new UsageError('no real guest works here: dirtybench probe says why');
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  const bar = new SingleBar(
    { format: 'soaking {bar} {value}/{total} epochs, {setup}', stream: process.stderr, noTTYOutput: true },
    Presets.shades_classic,
  );
  bar.start(epochs, 0, { setup: '' });
  let last: SoakProgress | null = null;
  try {
    for (const progress of soak(setups, epochs, seed)) {
      last = progress;
      bar.update(progress.epochs, { setup: nameOf(progress.setup) });
      if (seconds() > minutes * 60) break;
      await setImmediate();
    }
  } finally {
    bar.stop();
  }
  return summary(last, setups.length, epochs, seconds());
}

function summary(last: SoakProgress | null, setups: number, wanted: number, seconds: number): string {
  if (last === null) return 'nothing was run\n';
  const cut = last.epochs < wanted ? `stopped by --minutes before ${wanted} epochs: ` : '';
  return (
    `${cut}${last.epochs} epochs over ${setups} setups in ${formatSeconds(seconds)}: ${last.dirtyPages} pages written, ` +
    `each found once; ${last.forcedExits} early stops of full rings\n`
  );
}
