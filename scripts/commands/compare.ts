import { Command, InvalidArgumentError, Option } from 'commander';
import { exitCodes, UserError } from '../../base/usererror.js';
import { UsageError } from '../../measure/problem.js';
import {
  type Comparing,
  type Comparison,
  compare,
  compareBuilds,
  type NamedFile,
} from '../../reports/analysis/compare/comparison.js';
import { type SweepMetric, sweepMetrics } from '../../reports/analysis/compare/series.js';
import { plainJson } from '../../reports/analysis/document.js';
import { ratioChart } from '../../reports/charts/ratios.js';
import { renderSvg } from '../../reports/charts/svg.js';
import { comparisonMarkdown, comparisonText } from '../../reports/markdown/comparison.js';
import { readAny } from '../../results/any.js';
import { isByHost, ofHost, withFirst } from '../../results/hosts.js';
import { readable } from '../terminal/streams.js';
import { writeText } from '../terminal/text.js';

const formats = ['text', 'markdown', 'json'] as const;

interface CompareFlags {
  threshold: number;
  metric: SweepMetric | 'both' | undefined;
  format: (typeof formats)[number];
  failOn?: 'slower';
  chart?: string;
  host?: string;
}

/** What was compared has become slower, and `--fail-on slower` was given; the message says how many points have. */
export class SlowerError extends UserError {
  override readonly name = 'SlowerError';
  override readonly exitCode = exitCodes.slower;
}

/** `dirtybench compare`: whether what two or more results files measured has become faster or slower. */
export function compareCommand(): Command {
  return new Command('compare')
    .description(
      'say which points of results files are faster, slower or the same as in the first, and which are undecided',
    )
    .argument('<base>', 'a results file: of a sweep, of transactions or of migrations; - for standard input')
    .argument(
      '[new...]',
      'others of the same kind, each compared with the first; none: the two builds of `measure --against`, or the hosts of a ' +
        'fleet, each with its first',
    )
    .option('--host <name>', 'of files of a fleet that measured all on each host: which host is compared')
    .option('--threshold <percent>', 'what differs by no more than this is the same', percentage, 5)
    .addOption(new Option('--metric <name>', 'of a sweep: what is compared').choices([...sweepMetrics, 'both']))
    .addOption(new Option('--format <name>', 'how it is printed').choices(formats).default('text'))
    .addOption(new Option('--fail-on <verdict>', 'end with exit code 4 if any point is').choices(['slower']))
    .option('--chart <file>', 'also draw the ratios, as SVG, with the Vega-Lite specification beside it')
    .action(compareFiles);
}

function percentage(text: string): number {
  const percent = Number(text.replace(/\s*%$/, ''));
  if (text.trim() !== '' && percent > 0 && percent < 1000) return percent;
  throw new InvalidArgumentError('it must be a percentage above 0, such as 5.');
}

async function compareFiles(base: string, others: string[], flags: CompareFlags): Promise<void> {
  const { threshold, metric, format, failOn, chart } = flags;
  refuseTwoStreams([base, ...others]);
  const files = [base, ...others].map(named);
  if (flags.host !== undefined) refuseHostless(files, flags.host);
  const [first, ...rest] =
    others.length === 0
      ? files.flatMap((file) => withinOne(file, flags.host))
      : files.map((file) => ofOneHost(file, flags.host));
  if (first === undefined) throw new Error('commander lets no command through without its arguments');
  refuseOtherKinds(first, rest);
  if (metric !== undefined && first.file.kind !== 'results') {
    throw new UsageError(`--metric ${metric} is for sweeps, and '${base}' holds ${first.file.kind}: leave it out`);
  }
  const metrics = metric === 'both' ? sweepMetrics : [metric ?? 'collect'];
  const comparing = { threshold: threshold / 100, metrics };
  const comparison = rest.length === 0 ? byTurns(first, comparing) : compare(first, rest, comparing);
  process.stdout.write(`${written[format](comparison)}\n`);
  if (chart !== undefined) await draw(comparison, chart);
  if (failOn === 'slower') refuseSlower(comparison);
}

/** @throws UsageError if the file is of one build, and of one host, alone. */
function byTurns({ path, file }: NamedFile, comparing: Comparing): Comparison {
  if (file.kind !== 'results') throw new UsageError(`'${path}' is of one run: name another file to compare it with`);
  if (file.of.header.against !== undefined) return compareBuilds(path, file.of, comparing);
  throw new UsageError(
    `'${path}' is of one build on one host: name another file to compare it with, or \`measure --against\` another build`,
  );
}

const written: Record<CompareFlags['format'], (comparison: Comparison) => string> = {
  text: comparisonText,
  markdown: comparisonMarkdown,
  json: plainJson,
};

/** @throws UsageError if standard input is to be more than one file. */
function refuseTwoStreams(paths: readonly string[]): void {
  if (paths.filter((path) => path === '-').length < 2) return;
  throw new UsageError('standard input holds one results file: give the others by name');
}

/** @throws UsageError if a host is to be chosen, and no file has any. */
function refuseHostless(files: readonly NamedFile[], host: string): void {
  if (files.some(({ file }) => file.kind === 'results' && file.of.hosts.length > 0)) return;
  throw new UsageError(`--host ${host} chooses one of a fleet, and one machine measured each file: leave it out`);
}

/** Reads a file, its warnings told. */
function named(path: string): NamedFile {
  const file = readAny(readable(path));
  for (const warning of file.of.warnings) process.stderr.write(`${warning}\n`);
  return { path, file };
}

/** What each host of a fleet measured, as a file of its name, the one that is named first; else the file itself. */
function withinOne({ path, file }: NamedFile, first: string | undefined): NamedFile[] {
  if (file.kind !== 'results' || file.of.hosts.length < 2) return [{ path, file }];
  const results = first === undefined ? file.of : withFirst(file.of, first);
  return results.hosts.map(({ name }) => ({ path: name, file: { kind: 'results', of: ofHost(results, name) } }));
}

/**
 * A file of a fleet that measured all on each host, as that of one of them; one without hosts as it is.
 * @throws UsageError if none is chosen; ResultsError if it has no such host.
 */
function ofOneHost({ path, file }: NamedFile, host: string | undefined): NamedFile {
  if (file.kind !== 'results' || file.of.hosts.length === 0 || (host === undefined && !isByHost(file.of))) {
    return { path, file };
  }
  const names = file.of.hosts.map(({ name }) => name);
  const [only, ...others] = host === undefined ? names : [host];
  if (only === undefined || others.length > 0) {
    throw new UsageError(`'${path}' has the hosts ${names.join(', ')}: say with --host which one to compare`);
  }
  return { path: `${path} (${only})`, file: { kind: 'results', of: ofHost(file.of, only) } };
}

/** @throws UsageError if it cannot be written, or there is nothing to draw. */
async function draw(comparison: Comparison, path: string): Promise<void> {
  const spec = ratioChart(comparison);
  if (spec === null) throw new UsageError(`--chart ${path}: no point is in both files, so there is no ratio to draw`);
  writeText(path, `${await renderSvg(spec)}\n`);
  writeText(`${path.replace(/\.svg$/, '')}.vl.json`, `${JSON.stringify(spec, null, 1)}\n`);
}

function refuseOtherKinds(first: NamedFile, rest: readonly NamedFile[]): void {
  const other = rest.find(({ file }) => file.kind !== first.file.kind);
  if (other === undefined) return;
  throw new UsageError(
    `'${other.path}' holds ${other.file.kind} and '${first.path}' ${first.file.kind}: compare files of one kind`,
  );
}

/** @throws SlowerError if any pair is slower. */
function refuseSlower({ files }: Comparison): void {
  const pairs = files.flatMap((file) => file.pairs);
  const slower = pairs.filter(({ verdict }) => verdict === 'slower').length;
  if (slower > 0) throw new SlowerError(`${slower} of ${pairs.length} pairs ${slower === 1 ? 'is' : 'are'} slower`);
}
