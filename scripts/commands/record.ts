import { renameSync, rmSync } from 'node:fs';
import { release } from 'node:os';
import { Command } from 'commander';
import { UsageError } from '../../measure/problem.js';
import { version } from '../../measure/version.js';
import type { Recorded, RecordingPlan, RecordingTarget } from '../../recording/plan.js';
import { nameOf, writeRecorded } from '../../recording/result.js';
import { parseRule } from '../../recording/rule.js';
import { record } from '../../recording/session.js';
import type { TracerLimits } from '../../recording/tracer.js';
import { milliseconds, seconds, wholeNumber } from '../options/values.js';
import { describeRecorded } from '../runs/recorded.js';
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
}

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
  const name = nameOf(plan.target);
  const partial = prepareTrace(flags.out, flags.force === true);
  try {
    const recorded = await recordUntilInterrupted(plan, name.program);
    if (recorded.epochs.writes.length === 0) throw new UsageError(nothingRecorded(recorded, flags.epoch));
    const tool = `dirtybench ${version}`;
    const header = await writeRecorded(partial, recorded, { name, plan, kernel: `Linux ${release()}`, tool });
    renameSync(partial, flags.out);
    const text = describeRecorded(recorded, header, flags.out);
    // Standard output is the program's, where it is one of ours.
    if (plan.target.kind === 'process') printLine(text);
    else process.stderr.write(`${text}\n`);
  } finally {
    rmSync(partial, { force: true });
  }
}

async function recordUntilInterrupted(plan: RecordingPlan, program: string): Promise<Recorded> {
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  process.on('SIGINT', stop).on('SIGTERM', stop);
  let before = { epochs: 0, pages: 0, stops: 0, at: performance.now() };
  let said = 0;
  try {
    return await record(plan, {
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

function skipOf(text: string): Skip {
  if (/^\d{1,9}$/.test(text)) return { skipEpochs: Number(text), skipMs: 0 };
  return { skipEpochs: 0, skipMs: milliseconds(text) };
}

function nothingRecorded({ epochs, seconds, exit }: Recorded, rule: string): string {
  const found = epochs.starts.length - 1;
  const what = found === 0 ? 'no epoch ended' : `${found} epochs ended, and none had written a page,`;
  const ended = exit === null ? '' : `, and the program has ended (exit code ${exit.code})`;
  return `nothing recorded: ${what} in ${seconds.toFixed(1)} s with --epoch ${rule}${ended}; try another, as interval:10ms`;
}
