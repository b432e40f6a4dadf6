import { Command, Option } from 'commander';
import { formatSize } from '../../base/size.js';
import { type BeginningFlags, hostNameFlag } from '../../measure/beginning.js';
import { type GuestChoice, guestChoices, type ModeName, modeNames } from '../../replication/guest/modes.js';
import { type CommitName, commitNames } from '../../replication/primary/commit.js';
import { type EncodingName, encodingNames } from '../../replication/wire/encoding.js';
import { analyseTransactions } from '../../reports/analysis/transactions.js';
import { transactionsText } from '../../reports/markdown/transactions.js';
import {
  namesFrom,
  pollMicroseconds,
  secondsOption,
  sizesInBytes,
  wholeNumber,
  wholeNumbers,
} from '../options/values.js';
import { dryRunFlag, runsPlanText, startSeconds } from '../runs/plan.js';
import { asInPaper, gapPoints, type Point, pointsOf } from '../runs/points.js';
import { endOf } from '../runs/runs.js';
import { typedCommand } from '../runs/session.js';
import { makeTransactionsHeader, measureTransactionsInto } from '../runs/transactions.js';
import { outputBeside } from '../terminal/streams.js';

interface Table1Flags extends BeginningFlags {
  memory: number[];
  tracker: ModeName[];
  guest: GuestChoice;
  pages: number;
  workload: string;
  commit?: CommitName[];
  encode?: EncodingName[];
  connections?: number[];
  pollUs?: number[];
  request: number;
  response: number;
  rounds: number;
  duration: number;
  warmup: number;
  seed: number;
  out: string;
  json?: true;
  dryRun?: true;
}

const gib = 2 ** 30;
const defaultMemories = [gib / 2, gib, 4 * gib, 16 * gib, 64 * gib];

/** `dirtybench table1`: the paper's Table 1 measured here, in every mode, with what each transaction's time went to. */
export function table1Command(): Command {
  return new Command('table1')
    .description("measure the paper's Table 1 end to end: transactions per second by guest memory and tracker")
    .addOption(
      new Option('--memory <sizes>', 'guest memory; 512M-4G doubles from one to the other')
        .argParser(sizesInBytes)
        .default(defaultMemories, defaultMemories.map(formatSize).join(',')),
    )
    .addOption(
      new Option('--tracker <names>', `all, or of ${modeNames.join(', ')}`)
        .argParser(namesFrom(modeNames))
        .default([...modeNames], 'all'),
    )
    .addOption(new Option('--guest <kind>', 'auto is KVM where it can be used').choices(guestChoices).default('auto'))
    .option('--pages <number>', 'pages that a transaction changes', wholeNumber(1), 16)
    .option('--workload <name>', 'which pages, as in `dirtybench list`', 'netperf-rr')
    .option(
      '--commit <names>',
      `any of ${commitNames.join(', ')}; without this, --encode, --connections and --poll-us: as in the paper, and at 4G also what closes the gap`,
      namesFrom(commitNames),
    )
    .option('--encode <names>', `how pages are sent: ${encodingNames.join(', ')}`, namesFrom(encodingNames))
    .option('--connections <numbers>', 'clients', wholeNumbers(1))
    .option(
      '--poll-us <numbers>',
      'longest that a wait between primary and standby looks for a message without sleeping, in µs, at most 1000',
      (text: string) => text.split(',').map(pollMicroseconds),
    )
    .option('--request <bytes>', 'size of a request', wholeNumber(1), 128)
    .option('--response <bytes>', 'size of a response', wholeNumber(1), 128)
    .option('--rounds <number>', 'how often each point is measured', wholeNumber(1), 5)
    .addOption(secondsOption('--duration <time>', 'how long each time', 1))
    .addOption(secondsOption('--warmup <time>', 'how long at most before that, until the pace no longer rises', 6))
    .option('--seed <number>', 'seed of the workload and of the order of rounds', wholeNumber(0), 1)
    .option('--out <file>', 'results file; repeat the command to resume; - for standard output', 'table1.jsonl')
    .option(...hostNameFlag)
    .option('--json', 'print the analysis as JSON')
    .option(...dryRunFlag)
    .action(async (flags: Table1Flags) => {
      const header = makeHeader(flags);
      if (flags.dryRun) {
        process.stdout.write(runsPlanText(header, flags.warmup + flags.duration + startSeconds));
        return;
      }
      const transactions = await measureTransactionsInto(flags.out, header);
      const analysis = analyseTransactions(transactions);
      outputBeside(flags.out).write(
        flags.json
          ? `${JSON.stringify(analysis)}\n`
          : `${transactionsText(analysis)}\n\n${endOf(transactions.runs.length, flags.out, 'transactions')}`,
      );
    });
}

function makeHeader(flags: Table1Flags) {
  const settings = {
    command: typedCommand(),
    points: pointsFor(flags),
    workload: flags.workload,
    pagesPerTransaction: flags.pages,
    requestBytes: flags.request,
    responseBytes: flags.response,
    rounds: flags.rounds,
    seconds: flags.duration,
    warmupSeconds: flags.warmup,
    seed: flags.seed,
  };
  return makeTransactionsHeader(settings, flags.guest, flags);
}

/** Every combination of what was asked for; where that is memory and modes alone, the paper's points and those that close the gap. */
function pointsFor({ memory: memories, tracker: modes, commit, encode, connections, pollUs }: Table1Flags): Point[] {
  const asked = commit ?? encode ?? connections ?? pollUs;
  const axes = {
    memories,
    modes,
    commits: commit ?? asInPaper.commits,
    encodings: encode ?? asInPaper.encodings,
    connections: connections ?? asInPaper.connections,
    polls: pollUs ?? asInPaper.polls,
  };
  return asked === undefined ? [...pointsOf(axes), ...gapPoints(axes)] : pointsOf(axes);
}
