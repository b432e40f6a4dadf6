import { Command, Option } from 'commander';
import { availability } from '../guests/availability.js';
import { readEnvironment, readLoad } from '../measure/environment.js';
import { UsageError } from '../measure/problem.js';
import { type GuestChoice, guestChoices, type ModeName, modeNames, modes } from '../replication/modes.js';
import { measureTransactions } from '../replication/transactions.js';
import {
  type TransactionRun,
  TransactionsFile,
  type TransactionsHeader,
  transactionsVersion,
} from '../results/transactions.js';
import { trackers } from '../trackers/registry.js';
import { InterruptedError } from './interrupted.js';
import { ProgressBar } from './progress.js';
import { formatTable1 } from './table1-text.js';
import { namesFrom, positiveNumber, sizeInBytes, wholeNumber } from './values.js';
import { version } from './version.js';

interface Table1Flags {
  memory: number[];
  modes: ModeName[];
  guest: GuestChoice;
  pages: number;
  workload: string;
  connections: number;
  request: number;
  response: number;
  rounds: number;
  seconds: number;
  warmup: number;
  seed: number;
  out: string;
}

const gib = 2 ** 30;
const defaultMemories = [gib / 2, gib, 4 * gib, 16 * gib, 64 * gib];

/** `dirtybench table1`: the paper's Table 1 measured here, in every mode, with what each transaction's time went to. */
export function table1Command(): Command {
  const sizes = (text: string) => text.split(',').map((size) => sizeInBytes(size));
  return new Command('table1')
    .description("measure the paper's Table 1 end to end: transactions a second by guest memory, in every mode")
    .option(
      '--memory <sizes>',
      'guest memory, separated by commas (default: 512M,1G,4G,16G,64G)',
      sizes,
      defaultMemories,
    )
    .option('--modes <names>', `of ${modeNames.join(', ')} (default: all)`, namesFrom(modeNames), [...modeNames])
    .addOption(new Option('--guest <kind>', 'auto is KVM where it can be used').choices(guestChoices).default('auto'))
    .option('--pages <number>', 'pages that a transaction changes', wholeNumber(1), 16)
    .option('--workload <name>', 'which pages', 'netperf-rr')
    .option('--connections <number>', 'clients', wholeNumber(1), 1)
    .option('--request <bytes>', 'size of a request', wholeNumber(1), 128)
    .option('--response <bytes>', 'size of a response', wholeNumber(1), 128)
    .option('--rounds <number>', 'how often each point is measured', wholeNumber(1), 3)
    .option('--seconds <number>', 'how long each time', positiveNumber, 1)
    .option('--warmup <seconds>', 'how long before that, not counted', positiveNumber, 0.5)
    .option('--seed <number>', 'seed of the workload and of the order of runs', wholeNumber(0), 1)
    .option('--out <file>', 'results file; the same command goes on where an interrupted one stopped', 'table1.jsonl')
    .action(async (flags: Table1Flags) => {
      const header = makeHeader(flags);
      for (const { mode, why, remedy } of header.unavailable) say(`left out: ${mode}: ${why}; what helps: ${remedy}`);
      say(`guest: ${header.guestNote}`);
      const file = TransactionsFile.open(flags.out, header);
      try {
        const runs = await measureInto(file, header);
        process.stdout.write(`${formatTable1(header, runs)}\n${runs.length} runs are in ${flags.out}\n`);
      } finally {
        file.close();
      }
    });
}

function makeHeader(flags: Table1Flags): TransactionsHeader {
  const { guest, guestNote } = chooseGuest(flags.guest);
  const modesHere = flags.modes.map((mode) => {
    const here = guest === 'kvm' ? availability(trackers[modes[mode].kvm]) : ({ works: true } as const);
    return { mode, here };
  });
  const usable = modesHere.filter(({ here }) => here.works).map(({ mode }) => mode);
  if (usable.length === 0)
    throw new UsageError(`no mode of ${flags.modes.join(', ')} runs here: try --guest simulated`);
  return {
    kind: 'transactions',
    schema: transactionsVersion,
    version,
    command: ['dirtybench', ...process.argv.slice(2)].join(' '),
    startedAt: new Date().toISOString(),
    environment: readEnvironment(),
    load: readLoad(),
    guest,
    guestNote,
    workload: flags.workload,
    pagesPerTransaction: flags.pages,
    connections: flags.connections,
    requestBytes: flags.request,
    responseBytes: flags.response,
    seconds: flags.seconds,
    warmupSeconds: flags.warmup,
    rounds: flags.rounds,
    seed: flags.seed,
    points: flags.memory.flatMap((memoryBytes) => usable.map((mode) => ({ mode, memoryBytes }))),
    twin: Math.max(0, usable.indexOf('none')),
    unavailable: modesHere.flatMap(({ mode, here }) =>
      here.works ? [] : [{ mode, why: here.why, remedy: here.remedy }],
    ),
  };
}

function chooseGuest(choice: GuestChoice): Pick<TransactionsHeader, 'guest' | 'guestNote'> {
  if (choice === 'simulated') return { guest: 'simulated', guestNote: 'simulated, as asked' };
  const here = availability(trackers[modes.none.kvm]);
  if (here.works || choice === 'kvm') return { guest: 'kvm', guestNote: 'KVM' };
  return { guest: 'simulated', guestNote: `SIMULATED, no KVM: ${here.why}; what helps: ${here.remedy}` };
}

/** Measures what the file does not hold yet, with a progress bar. @throws InterruptedError on Ctrl-C, ReplicationError. */
async function measureInto(file: TransactionsFile, header: TransactionsHeader): Promise<TransactionRun[]> {
  if (file.held.length > 0) say(`going on after ${file.held.length} finished runs`);
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt);
  const bar = new ProgressBar();
  try {
    const command = [process.execPath, process.argv[1] ?? ''];
    return await measureTransactions(file, header, command, interrupt.signal, (progress) => bar.show(progress));
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    throw new InterruptedError('interrupted: what is finished is kept; the same command goes on from there');
  } finally {
    bar.stop();
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
