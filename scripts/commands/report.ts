import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Command } from 'commander';
import { type BeginningFlags, hostNameFlag } from '../../measure/beginning.js';
import { makeHeader } from '../../measure/header.js';
import { UsageError } from '../../measure/problem.js';
import type { History } from '../../reports/analysis/compare/course.js';
import { insistNoneOverwritten, keepSources, partialName, prepareFolder, type Sources } from '../../reports/folder.js';
import { type Continued, continueHistory, keepHistory, prepareHistory } from '../../reports/history.js';
import { type WrittenReport, writeReport, writeSynchronisationReport } from '../../reports/report.js';
import { finished, readAny } from '../../results/any.js';
import { readResults } from '../../results/file.js';
import { withFirst } from '../../results/hosts.js';
import { readMigrations } from '../../results/migrations.js';
import type { Results } from '../../results/schema.js';
import { readSoaked } from '../../results/soak.js';
import { isStream } from '../../results/stream.js';
import { readTransactions } from '../../results/transactions.js';
import { addSweepFlags, askedOfSweep, expandFlags, type SweepFlags } from '../options/axes.js';
import { type CompanionFlag, type CompanionPlace, companionFor } from '../runs/companion.js';
import { migrationsCompanion } from '../runs/report-migrations.js';
import { transactionsCompanion } from '../runs/report-transactions.js';
import {
  insistAvailable,
  insistComplete,
  measureInto,
  parseConcurrency,
  sayLeftOut,
  typedCommand,
} from '../runs/session.js';
import { openFile } from '../terminal/open.js';
import { readable } from '../terminal/streams.js';

interface ReportFlags extends SweepFlags, BeginningFlags {
  concurrency?: string;
  from?: string;
  host?: string;
  transactions?: CompanionFlag;
  migrations?: CompanionFlag;
  history?: string;
  soak?: string;
  out?: string;
  force?: true;
  open?: true;
}

/** `dirtybench report`: results files, measured now or before, to tables and charts. */
export function reportCommand(): Command {
  return addSweepFlags(new Command('report'))
    .description(
      'write a report with tables and charts: of the results that --from, --transactions and --migrations name, or, without ' +
        'them, of the `report` profile or the sweep that the other options say, which is measured first',
    )
    .option('--from <file>', 'a results file of `dirtybench measure`: nothing is measured; - for standard input')
    .option(
      '--host <name>',
      'of a fleet that measured all on each host: which one the report is of (default: the first)',
    )
    .option('--concurrency <number>', 'workers that measure at once (default: the number of cores that it may use)')
    .option(
      '--transactions [file]',
      'a results file of `dirtybench table1`; without a file, measure a short one (default: with the `report` profile, ' +
        'measure; else transactions.jsonl beside the results)',
    )
    .option('--no-transactions', 'leave transactions out, and migrations where --migrations is not given')
    .option(
      '--migrations [file]',
      'a results file of `dirtybench downtime`; without a file, measure a short one (default: with the `published` profile, ' +
        'measure; else migrations.jsonl beside the results)',
    )
    .option('--no-migrations', 'leave migrations out')
    .option(...hostNameFlag)
    .option('--out <folder>', 'where the report goes (default: report, or FILE-report beside the file that is named)')
    .option(
      '--soak <file>',
      'what `dirtybench soak --part compare --json` printed: how often a comparison was wrong (default: soak.jsonl beside the results)',
    )
    .option(
      '--history <folder>',
      'keep a summary of this run there, beside those of earlier ones, and draw the course of each point over them',
    )
    .option('--force', 'write into a folder that holds more than a report, and over what stands there')
    .option('--open', 'show its site in a browser')
    .action(writeFrom);
}

async function writeFrom(flags: ReportFlags): Promise<void> {
  refuseContradiction(flags);
  const out = flags.out ?? defaultFolder(flags);
  if (flags.history !== undefined) prepareHistory(flags.history);
  const { sources, failures, refused } = await find(flags, out);
  insistNoneOverwritten(out, sources);
  const continued = flags.history === undefined ? null : continuedBy(sources, flags.history);
  const written = await write(sources, out, flags, continued?.histories ?? []);
  process.stdout.write(
    `\n${written.summary}\n\nreport: ${written.report}${written.site === null ? '' : `\nsite: ${written.site}`}\n`,
  );
  if (flags.history !== undefined && continued !== null) {
    process.stdout.write(`history: ${await keepHistory(flags.history, continued)}\n`);
  }
  if (flags.open === true) await openFile(written.site ?? written.report);
  // With points missing, the files stay where the same command finds them and goes on.
  insistComplete(failures);
  keepSources(out, sources);
  insistAvailable({ refused });
}

/** The history in a folder, with what a report is made of. */
function continuedBy(sources: Sources, folder: string): Continued {
  const paths = [sources.results, sources.transactions, sources.migrations].filter((path) => path !== null);
  const [first, ...more] = paths.map(readAny);
  if (first === undefined) throw new Error('a report is made of something');
  return continueHistory(folder, first, more);
}

function write(
  sources: Sources,
  out: string,
  { force, host }: ReportFlags,
  histories: readonly History[],
): Promise<WrittenReport> {
  const { results, soak } = sources;
  const transactions =
    sources.transactions === null ? null : whole(sources.transactions, readTransactions(sources.transactions));
  const migrations = sources.migrations === null ? null : whole(sources.migrations, readMigrations(sources.migrations));
  const soaked = soak === null ? [] : readSoaked(soak);
  const options = { force, sources: Object.values(sources).filter((path) => path !== null), soaked, histories };
  return results === null
    ? writeSynchronisationReport(transactions, migrations, out, options)
    : writeReport(ofFirst(whole(results, readResults(results)), host), out, transactions, migrations, options);
}

function ofFirst(results: Results, host: string | undefined): Results {
  return host === undefined ? results : withFirst(results, host);
}

function defaultFolder({ from, transactions, migrations }: ReportFlags): string {
  const named = [from, transactions, migrations].find((file) => typeof file === 'string');
  if (named === undefined || isStream(named)) return 'report';
  return join(dirname(named), `${basename(named, '.jsonl')}-report`);
}

/** Finds out before measuring what would end the command after it. @throws UsageError, ResultsError. */
function refuseContradiction(flags: ReportFlags): void {
  const { from, host, transactions, migrations } = flags;
  if (host !== undefined && from === undefined) {
    throw new UsageError('--host chooses one of a fleet: name its results file with --from');
  }
  if (from !== undefined && transactions === true) {
    throw new UsageError('--from measures nothing: give --transactions a file, made by `dirtybench table1`');
  }
  if (from !== undefined && migrations === true) {
    throw new UsageError('--from measures nothing: give --migrations a file, made by `dirtybench downtime`');
  }
  refuseIdle(flags);
  const streams = [from, transactions, migrations].filter((file) => file === '-');
  if (streams.length > 1) throw new UsageError('standard input holds one results file: give the others by name');
}

/** @throws UsageError if a flag was given that would do nothing. */
function refuseIdle(flags: ReportFlags): void {
  const { from, soak, concurrency } = flags;
  const [asked] = [...askedOfSweep(flags), ...(concurrency === undefined ? [] : ['--concurrency'])];
  if (from !== undefined && asked !== undefined) throw new UsageError(`--from measures nothing: leave ${asked} out`);
  if (soak !== undefined && isWithoutSweep(flags)) {
    throw new UsageError(`--soak ${soak} is for the report of a sweep: name its results file with --from`);
  }
}

/** Whether transactions or migrations are all that a report is of. */
function isWithoutSweep(flags: ReportFlags): boolean {
  const { from, transactions, migrations } = flags;
  const isNamed = typeof transactions === 'string' || typeof migrations === 'string';
  return from === undefined && isNamed && askedOfSweep(flags).length === 0;
}

/** What a report is made from, and what could not be measured for it. */
interface Found {
  readonly sources: Sources;
  /** Points that the kernel refused, a line for each. */
  readonly failures: readonly string[];
  /** What was asked for by name and cannot be measured, a line for each. */
  readonly refused: readonly string[];
}

/** Takes the files that are named; measures where none is, or what is to be measured is said. */
async function find(flags: ReportFlags, out: string): Promise<Found> {
  const { from, transactions, migrations } = flags;
  const given = {
    hostName: flags.hostName,
    ...(flags.soak === undefined ? {} : { soak: flags.soak }),
    transactions: typeof transactions === 'string' ? readable(transactions) : transactions,
    migrations: typeof migrations === 'string' ? readable(migrations) : migrations,
  };
  if (typeof given.transactions === 'string') finished(given.transactions, readTransactions(given.transactions));
  if (typeof given.migrations === 'string') finished(given.migrations, readMigrations(given.migrations));
  if (flags.soak !== undefined) readSoaked(flags.soak);
  if (from !== undefined) return fromFile(readable(from), given, out);
  return isWithoutSweep(flags) ? withoutSweep(given) : measureFirst({ ...flags, ...given }, out);
}

type CompanionFlags = Pick<ReportFlags, 'transactions' | 'migrations' | 'hostName' | 'soak'>;

/** What a soak found: the file that is named, or that which lies beside the results. */
function soakFor({ soak }: CompanionFlags, results: string): string | null {
  const beside = join(dirname(results), 'soak.jsonl');
  return soak ?? (existsSync(beside) ? beside : null);
}

async function fromFile(results: string, flags: CompanionFlags, out: string): Promise<Found> {
  const companions = await companionsFor(flags, { results, out }, null);
  return { sources: { results, ...companions, soak: soakFor(flags, results) }, failures: [], refused: [] };
}

function withoutSweep(flags: CompanionFlags): Found {
  return { sources: { ...namedIn(flags), results: null, soak: null }, failures: [], refused: [] };
}

/** The files that are named for transactions and migrations; null where none is. */
function namedIn({ transactions, migrations }: CompanionFlags): Pick<Sources, 'transactions' | 'migrations'> {
  const named = (flag: CompanionFlag) => (typeof flag === 'string' ? flag : null);
  return { transactions: named(transactions), migrations: named(migrations) };
}

/** Measures into the report's folder; a run that was interrupted there goes on. */
async function measureFirst(flags: ReportFlags, out: string): Promise<Found> {
  const results = join(out, partialName('results'));
  insistNoneOverwritten(out, { ...namedIn(flags), results, soak: flags.soak ?? null });
  const expansion = await expandFlags(flags, 'report');
  const header = makeHeader(expansion, typedCommand(), flags);
  const concurrency = parseConcurrency(flags.concurrency);
  sayLeftOut(expansion);
  prepareFolder(out, flags.force);
  const { failures } = await measureInto(results, header, concurrency);
  const companions = await companionsFor(flags, { results, out }, expansion.profile);
  return {
    sources: { results, ...companions, soak: soakFor(flags, join(out, 'results.jsonl')) },
    failures,
    refused: expansion.refused,
  };
}

/**
 * What is measured by itself beside the sweep of a profile (null: that of a file, or of the user's own). Whoever leaves transactions out
 * is spared migrations too, unless they are asked for.
 */
async function companionsFor(
  { transactions, migrations, hostName }: CompanionFlags,
  place: Pick<CompanionPlace, 'results' | 'out'>,
  profile: string | null,
): Promise<Omit<Sources, 'results' | 'soak'>> {
  const published = profile === 'published';
  const moving = migrations ?? (transactions === false ? false : undefined);
  const served = { ...place, measuresByItself: published || profile === 'report' };
  const moved = { ...place, measuresByItself: published };
  return {
    transactions: await companionFor(transactionsCompanion(published, { hostName }), transactions, served),
    migrations: await companionFor(migrationsCompanion(published, { hostName }), moving, moved),
  };
}

/** What was read of a file, its warnings told. @throws ResultsError if nothing in it is finished. */
function whole<T extends { readonly warnings: readonly string[] }>(path: string, read: T | null): T {
  const held = finished(path, read);
  for (const warning of held.warnings) process.stderr.write(`${warning}\n`);
  return held;
}
