import { createReadStream, renameSync, rmSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Command, Option } from 'commander';
import { UsageError } from '../../measure/problem.js';
import { version } from '../../measure/version.js';
import { CsvReader } from '../../recording/csv.js';
import { LackeyReader } from '../../recording/lackey.js';
import { type ReadEpochs, type ReadLimits, readEpochs } from '../../recording/reader.js';
import { dateOf, lackeyNotSeen, lackeyWay, type TraceWords, writeEpochs } from '../../recording/result.js';
import { describeRule, type EpochRule, parseRule } from '../../recording/rule.js';
import { wholeNumber } from '../options/values.js';
import { describeEpochs, measuredWith } from '../runs/recorded.js';
import { prepareTrace } from '../runs/tracefile.js';
import { printLine } from '../terminal/serving.js';

const formats = ['lackey', 'csv'] as const;
type Format = (typeof formats)[number];

interface ImportFlags {
  from: Format;
  out: string;
  epoch: string;
  epochs?: number;
  skip: number;
  force?: true;
}

/** `dirtybench import`: what others have recorded, into a trace. */
export function importCommand(): Command {
  return new Command('import')
    .description("make a trace of what another recorder wrote: rows of epoch,page, or what valgrind's lackey prints")
    .argument('<file>', 'what to read; - for standard input, and .gz is unpacked')
    .addOption(
      new Option('--from <format>', 'csv (epoch,page), or lackey (with --trace-mem=yes --trace-syscalls=yes)')
        .choices([...formats])
        .makeOptionMandatory(),
    )
    .requiredOption('--out <file>', 'the trace to write, as mine.trace.gz')
    .option('--epoch <what>', 'what ends an epoch, of lackey: output, sync, fd:N, syscall:NAME,...', 'output')
    .option('--epochs <number>', 'how many epochs; otherwise all', wholeNumber(1))
    .option('--skip <epochs>', 'how many to leave out first, for a warm-up', wholeNumber(0), 0)
    .option('--force', 'write over a file that is there')
    .action(importTrace);
}

async function importTrace(file: string, flags: ImportFlags): Promise<void> {
  const rule = ruleOf(flags);
  const partial = prepareTrace(flags.out, flags.force === true);
  try {
    const limits: ReadLimits = { epochs: flags.epochs ?? null, skipEpochs: flags.skip, skipMs: 0 };
    const title = file === '-' ? 'standard input' : file;
    const reader = flags.from === 'csv' ? new CsvReader(title, limits) : new LackeyReader(title, rule, limits);
    const read = await readEpochs(opened(file), title, reader).catch((error) => fail(error, title));
    if (read.epochs.writes.length === 0) throw new UsageError(nothingIn(title, flags, read));
    const header = await writeEpochs(partial, read, wordsOf(file, flags.from, rule, read));
    renameSync(partial, flags.out);
    printLine([...describeEpochs(read.epochs, header, flags.out), measuredWith(header, flags.out)].join('\n'));
  } finally {
    rmSync(partial, { force: true });
  }
}

function ruleOf({ from, epoch }: ImportFlags): EpochRule {
  const rule = parseRule(epoch);
  if (from === 'csv' && rule.kind !== 'output') {
    throw new UsageError(`--epoch ${epoch} is for lackey: in csv, the first column says which epoch a page is of`);
  }
  if (rule.kind === 'interval') {
    throw new UsageError(
      `--epoch ${epoch} needs a clock, which lackey does not print: give output, sync, fd:N or syscall:NAME`,
    );
  }
  return rule;
}

function opened(file: string): Readable {
  if (file === '-') return process.stdin;
  const stream = createReadStream(file, { highWaterMark: 2 ** 18 });
  if (!file.endsWith('.gz')) return stream;
  const unpacked = createGunzip({ chunkSize: 2 ** 18 });
  stream.on('error', (error) => unpacked.destroy(error));
  return stream.pipe(unpacked);
}

/** An error of the system's or of gzip's is the user's to mend; others are passed on. */
function fail(error: unknown, title: string): never {
  if (!(error instanceof Error) || !('code' in error)) throw error;
  throw new UsageError(`cannot read ${title}: ${error.message.split(',')[0]}`);
}

function nothingIn(title: string, { from, epoch, skip }: ImportFlags, { epochs }: ReadEpochs): string {
  const skipped = skip > 0 ? ` after the first ${skip}` : '';
  if (epochs.full && epochs.starts.length === 1) {
    return `${title}: the first epoch${skipped} has more pages than a trace can hold`;
  }
  if (from === 'csv') return `${title} has no row of epoch,page${skipped}: nothing to import`;
  const found = epochs.starts.length - 1;
  return (
    `${title} has ${found === 0 ? 'no epoch' : 'no page written'}${skipped} with --epoch ${epoch}: nothing to import; ` +
    'was valgrind given --trace-mem=yes and --trace-syscalls=yes?'
  );
}

function wordsOf(file: string, from: Format, rule: EpochRule, { name }: ReadEpochs) {
  const title = file === '-' ? 'standard input' : basename(file);
  const words: TraceWords = {
    program: name?.program ?? title,
    command: name?.command ?? 'not told',
    epoch: from === 'csv' ? 'ends where the number of the epoch changes' : describeRule(rule),
    date: dateOf(file === '-' ? new Date() : statSync(file).mtime),
    'recorded-with': `${from === 'csv' ? 'another recorder' : "valgrind's lackey"}, imported by dirtybench ${version}`,
    way: from === 'csv' ? 'not told' : lackeyWay,
    kernel: 'not told',
    'not-seen': from === 'csv' ? 'stores and their order' : lackeyNotSeen,
  };
  return words;
}
