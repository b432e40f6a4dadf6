import { Command, Option } from 'commander';
import { formatSize } from '../../base/size.js';
import { type BeginningFlags, hostNameFlag } from '../../measure/beginning.js';
import { type GuestChoice, guestChoices, type ModeName, modeNames, modes } from '../../replication/guest/modes.js';
import { analyseMigrations } from '../../reports/analysis/migrations.js';
import { migrationsText } from '../../reports/markdown/migrations.js';
import { downtimeOption, namesFrom, secondsOption, sizesInBytes, wholeNumber } from '../options/values.js';
import { makeMigrationsHeader, measureMigrationsInto } from '../runs/migrations.js';
import { dryRunFlag, runsPlanText, startSeconds } from '../runs/plan.js';
import { endOf } from '../runs/runs.js';
import { typedCommand } from '../runs/session.js';
import { outputBeside } from '../terminal/streams.js';

interface DowntimeFlags extends BeginningFlags {
  memory: number[];
  tracker: ModeName[];
  guest: GuestChoice;
  pages: number;
  workload: string;
  connections: number;
  downtime: number;
  rounds: number;
  duration: number;
  warmup: number;
  seed: number;
  out: string;
  json?: true;
  dryRun?: true;
}

const gib = 2 ** 30;
const defaultMemories = [gib / 2, 4 * gib, 16 * gib];
const trackedModes = modeNames.filter((mode) => modes[mode].synchronised);

/** `dirtybench downtime`: how long a guest stands still when it is moved under load, for each tracker and memory. */
export function downtimeCommand(): Command {
  return new Command('downtime')
    .description('measure how long a guest that is moved under load stands still, by tracker and guest memory')
    .addOption(
      new Option('--memory <sizes>', 'guest memory; 512M-4G doubles from one to the other')
        .argParser(sizesInBytes)
        .default(defaultMemories, defaultMemories.map(formatSize).join(',')),
    )
    .addOption(
      new Option('--tracker <names>', `all, or of ${trackedModes.join(', ')}`)
        .argParser(namesFrom(trackedModes))
        .default(trackedModes, 'all'),
    )
    .addOption(new Option('--guest <kind>', 'auto is KVM where it can be used').choices(guestChoices).default('auto'))
    .option('--pages <number>', 'pages that a transaction changes', wholeNumber(1), 16)
    .option('--workload <name>', 'which pages, as in `dirtybench list`', 'netperf-rr')
    .option('--connections <number>', 'clients, each asking again when answered', wholeNumber(1), 1)
    .addOption(downtimeOption(5))
    .option('--rounds <number>', 'how often each point is measured', wholeNumber(1), 5)
    .addOption(secondsOption('--duration <time>', 'how long the load runs before the move, and after', 0.5))
    .addOption(
      secondsOption('--warmup <time>', 'how long the load runs at most before that, until its pace no longer rises', 6),
    )
    .option('--seed <number>', 'seed of the workload and of the order of rounds', wholeNumber(0), 1)
    .option('--out <file>', 'results file; repeat the command to resume; - for standard output', 'migrations.jsonl')
    .option(...hostNameFlag)
    .option('--json', 'print the analysis as JSON')
    .option(...dryRunFlag)
    .action(measure);
}

async function measure(flags: DowntimeFlags): Promise<void> {
  const {
    memory: memories,
    pages: pagesPerTransaction,
    downtime: downtimeMs,
    warmup: warmupSeconds,
    tracker: modes,
    duration,
    guest,
    out,
    json,
    dryRun,
    hostName,
    ...same
  } = flags;
  const settings = {
    command: typedCommand(),
    memories,
    pagesPerTransaction,
    downtimeMs,
    warmupSeconds,
    modes,
    seconds: duration,
    ...same,
  };
  const header = makeMigrationsHeader(settings, guest, { hostName });
  if (dryRun) {
    process.stdout.write(runsPlanText(header, warmupSeconds + 2 * duration + startSeconds));
    return;
  }
  const migrations = await measureMigrationsInto(out, header);
  const analysis = analyseMigrations(migrations);
  outputBeside(out).write(
    json
      ? `${JSON.stringify(analysis)}\n`
      : `${migrationsText(analysis)}\n\n${endOf(migrations.runs.length, out, 'migrations')}`,
  );
}
