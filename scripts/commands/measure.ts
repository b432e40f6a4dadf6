import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { type BeginningFlags, hostNameFlag } from '../../measure/beginning.js';
import { estimateSeconds } from '../../measure/estimate.js';
import { expand } from '../../measure/expansion.js';
import { makeHeader } from '../../measure/header.js';
import { planText } from '../../measure/outline.js';
import { UsageError } from '../../measure/problem.js';
import { workersWithRoom } from '../../measure/room.js';
import { analyse } from '../../reports/analysis/analysis.js';
import { type Comparing, compareBuilds } from '../../reports/analysis/compare/comparison.js';
import { looks, roundsWanted } from '../../reports/analysis/compare/looks.js';
import { plainJson } from '../../reports/analysis/document.js';
import { summaryOf } from '../../reports/analysis/summary.js';
import { comparisonText } from '../../reports/markdown/comparison.js';
import { summaryText } from '../../reports/markdown/summary.js';
import type { Header, Point, Results } from '../../results/schema.js';
import { isStream } from '../../results/stream.js';
import { addSweepFlags, expandFlags, type NamedExpansion, type SweepFlags } from '../options/axes.js';
import { type Opponent, openOpponent, withRoundsToDecide } from '../runs/against.js';
import {
  insistAvailable,
  insistComplete,
  measureInto,
  parseConcurrency,
  sayLeftOut,
  typedCommand,
} from '../runs/session.js';
import { formatSeconds } from '../terminal/progress.js';
import { quote } from '../terminal/quote.js';
import { outputBeside } from '../terminal/streams.js';

interface MeasureFlags extends SweepFlags, BeginningFlags {
  concurrency?: string;
  out: string;
  against?: string;
  dryRun?: true;
  json?: true;
}

/** `dirtybench measure`: a sweep to a results file. */
export function measureCommand(): Command {
  return addSweepFlags(new Command('measure'))
    .description(
      'measure a sweep to a results file, and print its figures; repeat the command to resume an interrupted run',
    )
    .option('--concurrency <number>', 'workers that measure at once (default: the number of cores that it may use)')
    .option('--out <file>', 'results file; - for standard output', 'results.jsonl')
    .option(
      '--against <what>',
      'measure another build of dirtybench too, each round in both by turns, and compare them: its folder, or the command ' +
        'that starts it; or another version of a tracker of your own, as ./mine-before.js; points get as many rounds as ' +
        'verdicts take, and what is undecided then up to eight times as many, unless --rounds says',
    )
    .option('--json', 'print the figures as JSON; with --against, the comparison')
    .option(...hostNameFlag)
    .option('--dry-run', 'print the axes of all points and the estimated time, and measure nothing')
    .action(measureFrom);
}

async function measureFrom(flags: MeasureFlags): Promise<void> {
  const opponent = flags.against === undefined ? null : await openOpponent(flags.against);
  const expansion = await expandFor(flags, opponent);
  const pairing = opponent?.pairing(expansion.modules);
  // Whoever says how many rounds there are gets those.
  const goesOn = pairing !== undefined && flags.rounds === undefined;
  const against = goesOn ? { ...pairing.against, looks } : pairing?.against;
  const header = makeHeader(expansion, typedCommand(), flags, against);
  const concurrency = parseConcurrency(flags.concurrency);
  sayLeftOut(expansion);
  if (flags.dryRun) {
    printPlan(expansion, header, workersWithRoom(header.points, concurrency));
    return insistAvailable(expansion);
  }
  const resumed = existsSync(flags.out);
  const wanted = goesOn ? (measured: Results) => roundsWanted(measured, comparing.threshold) : undefined;
  const { results, failures } = await measureInto(flags.out, header, concurrency, {
    runRound: pairing?.runRound,
    wanted,
  });
  printSkipped(expansion);
  const output = outputBeside(flags.out);
  output.write(flags.json ? figuresJson(results, flags.out) : figuresText(results, flags.out));
  insistComplete(failures);
  if (flags.json === undefined && !isStream(flags.out)) {
    output.write(
      `${results.rounds.length} rounds of ${header.points.length} points are in ${flags.out}${resumed ? ' (some from before)' : ''}\n` +
        `${nextCommand(header, flags.out)}\n`,
    );
  }
  insistAvailable(expansion);
}

/** How two builds are compared at the end of a run; `dirtybench compare` has it otherwise, too. */
const comparing: Comparing = { threshold: 0.05, metrics: ['collect'] };

async function expandFor(flags: MeasureFlags, opponent: Opponent | null): Promise<NamedExpansion> {
  const expansion = await expandFlags(flags, null, (sweeps) => expand(sweeps, opponent?.availabilities));
  if (opponent !== null && expansion.points.some(({ guests }) => guests !== undefined)) {
    throw new UsageError('--guests: with --against, guests are measured alone');
  }
  if (opponent === null || flags.rounds !== undefined) return expansion;
  return { ...expansion, points: withRoundsToDecide(expansion.points) };
}

function figuresText(results: Results, path: string): string {
  const text =
    results.header.against === undefined
      ? summaryText(analyse(results))
      : comparisonText(compareBuilds(path, results, comparing));
  return `${text}\n\n`;
}

function figuresJson(results: Results, path: string): string {
  if (results.header.against !== undefined) return `${plainJson(compareBuilds(path, results, comparing))}\n`;
  return `${JSON.stringify(summaryOf(analyse(results)))}\n`;
}

/** The command that says more of a results file, to be typed as it stands. */
function nextCommand({ against }: Header, path: string): string {
  return against === undefined
    ? `report: dirtybench report --from ${quote(path)}`
    : `compare: dirtybench compare ${quote(path)}`;
}

function countRounds(header: Header): number {
  return measuredPoints(header).reduce((sum, point) => sum + point.rounds, 0);
}

/** Every point that is measured; the one of the A/A pair twice. */
function measuredPoints({ points, twin }: Header): Point[] {
  return [...points, ...points.filter((_, index) => index === twin)];
}

function printPlan(expansion: NamedExpansion, header: Header, workers: number): void {
  process.stdout.write(planText(header.points));
  printSkipped(expansion);
  const sides = header.against === undefined ? 1 : 2;
  const each = measuredPoints(header).map((point) => estimateSeconds(point) * point.rounds);
  const seconds = (sides * each.reduce((sum, one) => sum + one, 0)) / workers;
  process.stdout.write(
    `${header.points.length} points, ${countRounds(header)} rounds, about ${formatSeconds(seconds)} with ${workers} ${workers === 1 ? 'worker' : 'workers'}${moreRounds(header)}\n`,
  );
}

function moreRounds({ against }: Header): string {
  if (against?.looks === undefined) return '';
  return `; what is undecided then has up to ${2 ** (against.looks - 1)} times as many rounds`;
}

/** What was left out and not asked for by name: what was is an error, said at the end. */
function printSkipped({ skipped, refused }: NamedExpansion): void {
  const lines = skipped.map(({ what, why }) => `${what}: ${why}`);
  for (const line of lines.filter((each) => !refused.includes(each))) process.stderr.write(`skipped: ${line}\n`);
}
