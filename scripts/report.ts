import { basename, dirname, join } from 'node:path';
import { Command } from 'commander';
import { UsageError } from '../measure/problem.js';
import { keepSources, partialName, prepareFolder, type Sources, writeReport } from '../reports/folder.js';
import { ResultsError, readResults } from '../results/file.js';
import { readMigrations } from '../results/migrations.js';
import { readTransactions } from '../results/transactions.js';
import { addSweepFlags, expandFlags, type SweepFlags } from './axes.js';
import { type CompanionFlag, type CompanionPlace, companionFor } from './companion.js';
import { migrationsCompanion } from './report-migrations.js';
import { transactionsCompanion } from './report-transactions.js';
import { insistAvailable, insistComplete, makeHeader, measureInto, parseConcurrency, sayLeftOut } from './session.js';

interface ReportFlags extends SweepFlags {
  concurrency?: string;
  from?: string;
  transactions?: CompanionFlag;
  migrations?: CompanionFlag;
  out?: string;
  force?: true;
}

/** `dirtybench report`: results files, measured now or before, to tables and charts. */
export function reportCommand(): Command {
  return addSweepFlags(new Command('report'))
    .description('write the report; measures the `report` profile first, unless --from gives a results file')
    .option('--from <file>', 'a results file: nothing is measured')
    .option('--concurrency <number>', 'workers that measure at once (default: the number of cores)')
    .option(
      '--transactions [file]',
      'a results file of `dirtybench table1`; without a file, measure a short one (default: with the `report` profile, ' +
        'measure; else transactions.jsonl beside the results)',
    )
    .option('--no-transactions', 'leave transactions out, and migrations where --migrations is not given')
    .option(
      '--migrations [file]',
      'a results file of `dirtybench downtime`; without a file, measure a short one (default: as with --transactions)',
    )
    .option('--no-migrations', 'leave migrations out')
    .option('--out <folder>', 'where the report goes (default: report, or FILE-report beside what --from names)')
    .option('--force', 'write into a folder that holds more than a report, and over what stands there')
    .action(writeFrom);
}

async function writeFrom(flags: ReportFlags): Promise<void> {
  refuseContradiction(flags);
  const out = flags.out ?? defaultFolder(flags.from);
  const { sources, failures, refused } =
    flags.from === undefined ? await measureFirst(flags, out) : await find(flags, flags.from, out);
  const { results, transactions, migrations } = sources;
  const written = await writeReport(
    whole(results, readResults(results)),
    out,
    transactions === null ? null : whole(transactions, readTransactions(transactions)),
    migrations === null ? null : whole(migrations, readMigrations(migrations)),
    { force: flags.force, sources: Object.values(sources).filter((path) => path !== null) },
  );
  process.stdout.write(
    `\n${flags.from === undefined ? written.table : written.summary}\n\nreport: ${written.report}\n`,
  );
  // With points missing, the files stay where the same command finds them and goes on.
  insistComplete(failures);
  keepSources(out, sources);
  if (refused !== undefined) insistAvailable({ refused });
}

function defaultFolder(from: string | undefined): string {
  return from === undefined ? 'report' : join(dirname(from), `${basename(from, '.jsonl')}-report`);
}

/** Finds out before measuring what would end the command after it. @throws UsageError, ResultsError. */
function refuseContradiction({ from, transactions, migrations }: ReportFlags): void {
  if (from !== undefined && transactions === true) {
    throw new UsageError('--from measures nothing: give --transactions a file, made by `dirtybench table1`');
  }
  if (from !== undefined && migrations === true) {
    throw new UsageError('--from measures nothing: give --migrations a file, made by `dirtybench downtime`');
  }
  if (typeof transactions === 'string') whole(transactions, readTransactions(transactions));
  if (typeof migrations === 'string') whole(migrations, readMigrations(migrations));
}

/** What a report is made from, and what could not be measured for it. */
interface Found {
  readonly sources: Sources;
  /** Points that the kernel refused, a line for each. */
  readonly failures: readonly string[];
  /** What was asked for by name and does not work on this machine, a line for each. */
  readonly refused?: readonly string[];
}

/** Measures into the report's folder; a run that was interrupted there goes on. */
async function measureFirst(flags: ReportFlags, out: string): Promise<Found> {
  const expansion = expandFlags(flags, 'report');
  const header = makeHeader(expansion);
  const concurrency = parseConcurrency(flags.concurrency);
  sayLeftOut(expansion);
  prepareFolder(out, flags.force);
  const results = join(out, partialName('results'));
  const failures = await measureInto(results, header, concurrency);
  const published = expansion.profile === 'published';
  const place = { results, out, measuresByItself: published || expansion.profile === 'report' };
  const companions = await companionsFor(flags, place, published);
  return { sources: { results, ...companions }, failures, refused: expansion.refused };
}

async function find(flags: ReportFlags, results: string, out: string): Promise<Found> {
  const place = { results, out, measuresByItself: false };
  return { sources: { results, ...(await companionsFor(flags, place, false)) }, failures: [] };
}

/** Whoever leaves transactions out is spared migrations too, unless they are asked for. */
async function companionsFor(
  { transactions, migrations }: ReportFlags,
  place: CompanionPlace,
  published: boolean,
): Promise<Omit<Sources, 'results'>> {
  const moving = migrations ?? (transactions === false ? false : undefined);
  return {
    transactions: await companionFor(transactionsCompanion(published), transactions, place),
    migrations: await companionFor(migrationsCompanion(published), moving, place),
  };
}

/** What was read of a file, its warnings told. @throws ResultsError if nothing in it is finished. */
function whole<T extends { readonly warnings: readonly string[] }>(path: string, read: T | null): T {
  if (read === null) throw new ResultsError(`${path}: nothing in it is finished: measure first`);
  for (const warning of read.warnings) process.stderr.write(`${warning}\n`);
  return read;
}
