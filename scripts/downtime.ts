import { Command, Option } from 'commander';
import { type GuestChoice, guestChoices, type ModeName, modeNames, modes } from '../replication/guest/modes.js';
import { analyseMigrations } from '../reports/analysis/migrations.js';
import { migrationsText } from '../reports/markdown/migrations.js';
import { readMigrations } from '../results/migrations.js';
import { formatSize } from '../results/size.js';
import { makeMigrationsHeader, measureMigrationsInto } from './migrations.js';
import { typedCommand } from './session.js';
import { namesFrom, positiveNumber, sizesInBytes, wholeNumber } from './values.js';

interface DowntimeFlags {
  memory: number[];
  modes: ModeName[];
  guest: GuestChoice;
  pages: number;
  workload: string;
  connections: number;
  downtime: number;
  rounds: number;
  seconds: number;
  warmup: number;
  seed: number;
  out: string;
}

const gib = 2 ** 30;
const defaultMemories = [gib / 2, 4 * gib, 16 * gib];
const trackedModes = modeNames.filter((mode) => modes[mode].synchronised);

/** `dirtybench downtime`: how long a guest stands still when it is moved under load, for each tracker and memory. */
export function downtimeCommand(): Command {
  return new Command('downtime')
    .description('measure how long a guest that is moved under load stands still, by tracker and guest memory')
    .addOption(
      new Option('--memory <sizes>', 'guest memory')
        .argParser(sizesInBytes)
        .default(defaultMemories, defaultMemories.map(formatSize).join(',')),
    )
    .addOption(
      new Option('--modes <names>', `of ${trackedModes.join(', ')}`)
        .argParser(namesFrom(trackedModes))
        .default(trackedModes, 'all'),
    )
    .addOption(new Option('--guest <kind>', 'auto is KVM where it can be used').choices(guestChoices).default('auto'))
    .option('--pages <number>', 'pages that a transaction changes', wholeNumber(1), 16)
    .option('--workload <name>', 'which pages', 'netperf-rr')
    .option('--connections <number>', 'clients, each asking again when answered', wholeNumber(1), 1)
    .option('--downtime <ms>', 'longest that the guest should stand still', positiveNumber, 5)
    .option('--rounds <number>', 'how often each point is measured', wholeNumber(1), 5)
    .option('--seconds <number>', 'how long the load runs before the move, and after', positiveNumber, 0.5)
    .option(
      '--warmup <seconds>',
      'how long the load runs at most before that, until its pace no longer rises',
      positiveNumber,
      6,
    )
    .option('--seed <number>', 'seed of the workload and of the order of runs', wholeNumber(0), 1)
    .option(
      '--out <file>',
      'results file; the same command goes on where an interrupted one stopped',
      'migrations.jsonl',
    )
    .action(measure);
}

async function measure(flags: DowntimeFlags): Promise<void> {
  const {
    memory: memories,
    pages: pagesPerTransaction,
    downtime: downtimeMs,
    warmup: warmupSeconds,
    guest,
    out,
    ...same
  } = flags;
  const settings = { command: typedCommand(), memories, pagesPerTransaction, downtimeMs, warmupSeconds, ...same };
  await measureMigrationsInto(out, makeMigrationsHeader(settings, guest));
  const migrations = readMigrations(out);
  if (migrations === null) throw new Error(`${out} is gone`);
  process.stdout.write(
    `${migrationsText(analyseMigrations(migrations))}\n\n${migrations.runs.length} runs are in ${out}\n` +
      `in a report: dirtybench report --from results.jsonl --migrations ${out}\n`,
  );
}
