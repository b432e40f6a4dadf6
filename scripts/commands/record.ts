import { renameSync, rmSync } from 'node:fs';
import { release } from 'node:os';
import { Command, Option } from 'commander';
import { hasSoftDirty } from '../../kernel/softdirty.js';
import { UsageError } from '../../measure/problem.js';
import { version } from '../../measure/version.js';
import type { EpochList } from '../../recording/epochs.js';
import { slowdownOf } from '../../recording/pace.js';
import type { RecordingPlan, RecordingTarget } from '../../recording/plan.js';
import { dateOf, lackeyNotSeen, lackeyWay, nameOf, writeEpochs, writeRecorded } from '../../recording/result.js';
import { describeRule, parseRule } from '../../recording/rule.js';
import { type RecordingListeners, record } from '../../recording/session.js';
import type { TracerLimits } from '../../recording/tracer.js';
import { recordWithLackey } from '../../recording/valgrind.js';
import { milliseconds, seconds, wholeNumber } from '../options/values.js';
import { describeRecorded, describeValgrind } from '../runs/recorded.js';
import { prepareReport, type Reported, reportRecording } from '../runs/recording-report.js';
import { prepareTrace } from '../runs/tracefile.js';
import { printLine } from '../terminal/serving.js';

interface RecordFlags {
  pid?: number;
  out: string;
  epoch: string;
  epochs?: number;
  duration?: number;
  skip?: Skip;
  force?: true;
  with: Way;
  report?: string;
}

/** Ways to find what a program writes. `soft-dirty` always refuses: those who look for it by its name are told why, and what to take. */
const ways = ['kernel', 'lackey', 'soft-dirty'] as const;
type Way = (typeof ways)[number];

/** `dirtybench record`: which pages a program of the user's writes between its outputs, into a trace. */
export function recordCommand(): Command {
  return new Command('record')
    .description('record which pages a program writes between its outputs, into a trace that can be measured')
    .argument('[command...]', 'the program to start, after --')
    .option(
      '--pid <number>',
      'a process that runs already, instead of a command; it runs on afterwards',
      wholeNumber(1),
    )
    .requiredOption('--out <file>', 'the trace to write, as mine.trace.gz')
    .option('--epoch <what>', 'what ends an epoch: output, sync, fd:N, interval:10ms, syscall:NAME,...', 'output')
    .option('--epochs <number>', 'how many epochs; otherwise until it ends or Ctrl-C', wholeNumber(1))
    .option('--duration <time>', 'how long at most', seconds)
    .option('--skip <epochs or time>', 'what to leave out first, for a warm-up: 500 or 5s', skipOf)
    .addOption(
      new Option(
        '--with <way>',
        "how writes are found: by the kernel (userfaultfd and PAGEMAP_SCAN), or by valgrind's lackey, on any kernel and many times slower",
      )
        .choices([...ways])
        .default('kernel'),
    )
    .option(
      '--report <folder>',
      'then measure every tracker on it, at its own memory and up to 64G, and write there what each would cost the program',
    )
    .option('--force', 'write over a file that is there')
    .action(recordProgram);
}

async function recordProgram(command: readonly string[], flags: RecordFlags): Promise<void> {
  const plan: RecordingPlan = {
    target: targetOf(command, flags.pid),
    rule: parseRule(flags.epoch),
    limits: { epochs: flags.epochs ?? null, ...(flags.skip ?? noSkip) },
    durationMs: flags.duration === undefined ? null : flags.duration * 1000,
    aloneMs: 1000,
  };
  const partial = prepareTrace(flags.out, flags.force === true);
  try {
    if (flags.report !== undefined) prepareReport(flags.report, flags.force === true);
    const { text, ...reported } = await recordBy[flags.with](plan, flags, partial);
    const say = sayBeside(plan.target);
    say(text);
    if (flags.report === undefined) return;
    say(`report: ${await reportRecording({ ...reported, trace: flags.out }, flags.report)}`);
  } finally {
    rmSync(partial, { force: true });
  }
}

/** How lines are printed: standard output is the program's, where it was started here. */
export function sayBeside({ kind }: RecordingTarget): (text: string) => void {
  return kind === 'process' ? printLine : (text) => process.stderr.write(`${text}\n`);
}

/** A recording in its file, and in words. */
type Told = Omit<Reported, 'trace'> & { readonly text: string };

/** Each records into the file `partial`, renames it to `--out` once it is whole, and returns in lines what came of it. */
const recordBy: Record<Way, (plan: RecordingPlan, flags: RecordFlags, partial: string) => Promise<Told>> = {
  async kernel(plan, flags, partial) {
    const name = nameOf(plan.target);
    const recorded = await untilInterrupted(name.program, (listeners) => record(plan, listeners));
    const { epochs, seconds, exit } = recorded;
    const ended = exit === null ? null : exit.signal === 0 ? `exit code ${exit.code}` : `signal ${exit.signal}`;
    insistRecorded(epochs, seconds, ended, flags.epoch, 'interval:10ms');
    const header = await writeRecorded(partial, recorded, { name, plan, kernel: kernel(), tool });
    renameSync(partial, flags.out);
    const slower = slowdownOf(recorded.paces)?.factor ?? null;
    return { epochs, header, seconds, slower, text: describeRecorded(recorded, header, flags.out) };
  },
  async lackey(plan, flags, partial) {
    const name = nameOf(plan.target);
    const recorded = await untilInterrupted(name.program, (listeners) => recordWithLackey(plan, listeners));
    const { read, seconds, cut, exit } = recorded;
    const ended = cut ? null : exit.code === null ? `signal ${exit.signal}` : `exit code ${exit.code}`;
    insistRecorded(read.epochs, seconds, ended, flags.epoch, 'syscall:write');
    const header = await writeEpochs(partial, read, {
      ...name,
      epoch: describeRule(plan.rule),
      date: dateOf(new Date()),
      'recorded-with': tool,
      way: lackeyWay,
      kernel: kernel(),
      'not-seen': lackeyNotSeen,
    });
    renameSync(partial, flags.out);
    return { epochs: read.epochs, header, seconds, slower: null, text: describeValgrind(recorded, header, flags.out) };
  },
  'soft-dirty': async () => {
    throw new UsageError(
      hasSoftDirty()
        ? '--with soft-dirty would lose what is written between the look at the bits and their clearing: leave --with out, or give --with lackey'
        : '--with soft-dirty: this kernel keeps no soft-dirty bits (it needs CONFIG_MEM_SOFT_DIRTY): leave --with out, or give --with lackey',
    );
  },
};

const tool = `dirtybench ${version}`;
const kernel = () => `Linux ${release()}`;

async function untilInterrupted<T>(
  program: string,
  recordWith: (listeners: RecordingListeners) => Promise<T>,
): Promise<T> {
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  process.on('SIGINT', stop).on('SIGTERM', stop);
  let before = { epochs: 0, pages: 0, stops: 0, at: performance.now() };
  let said = performance.now();
  try {
    return await recordWith({
      signal: interrupt.signal,
      began: (pid) => process.stderr.write(`recording ${program}, process ${pid}; Ctrl-C ends it\n`),
      progress: (now) => {
        const at = performance.now();
        const every = process.stderr.isTTY ? 500 : 15_000;
        if (at - said < every) return;
        said = at;
        const rate = (count: number) => Math.round(count / ((at - before.at) / 1000));
        const line =
          `${now.epochs} epochs, ${rate(now.epochs - before.epochs)} a second; ` +
          `${rate(now.pages - before.pages)} pages and ${rate(now.stops - before.stops)} stops per second`;
        before = { ...now, at };
        process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
      },
    });
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

function targetOf(command: readonly string[], pid: number | undefined): RecordingTarget {
  if (pid !== undefined && command.length > 0) {
    throw new UsageError('--pid and a command are two programs: give one of them');
  }
  if (pid === process.pid) throw new UsageError(`process ${pid} is dirtybench itself: name another`);
  if (pid !== undefined) return { kind: 'process', pid };
  if (command.length > 0) return { kind: 'command', command };
  throw new UsageError('nothing to record: give --pid PID, or a command after --');
}

type Skip = Pick<TracerLimits, 'skipEpochs' | 'skipMs'>;
const noSkip: Skip = { skipEpochs: 0, skipMs: 0 };

/** Digits alone are epochs, and anything else is a time. @throws InvalidArgumentError if it is neither. */
function skipOf(text: string): Skip {
  if (/^\d+$/.test(text)) return { skipEpochs: wholeNumber(0)(text), skipMs: 0 };
  return { skipEpochs: 0, skipMs: milliseconds(text) };
}

/**
 * `ended`: how the program ended, null if it did not end by itself. `rule`: what `--epoch` was; `other`: one to try instead.
 * @throws UsageError if no page was written in any epoch, so that there is nothing to replay.
 */
function insistRecorded(
  { starts, writes, full }: EpochList,
  seconds: number,
  ended: string | null,
  rule: string,
  other: string,
): void {
  if (writes.length > 0) return;
  const found = starts.length - 1;
  if (full && found === 0) {
    throw new UsageError(
      `nothing recorded: the first epoch with --epoch ${rule} has more pages than a trace can hold; try a shorter one, as ${other}`,
    );
  }
  const what = found === 0 ? 'no epoch ended' : `${found} epochs ended, and none had written a page,`;
  const end = ended === null ? '' : `, and the program has ended (${ended})`;
  throw new UsageError(
    `nothing recorded: ${what} in ${seconds.toFixed(1)} s with --epoch ${rule}${end}; try another, as ${other}`,
  );
}
