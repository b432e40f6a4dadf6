import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { type BeginningFlags, hostNameFlag } from '../measure/beginning.js';
import { estimateSeconds } from '../measure/estimate.js';
import { makeHeader } from '../measure/header.js';
import { workersWithRoom } from '../measure/room.js';
import { analyse } from '../reports/analysis/analysis.js';
import { summaryOf } from '../reports/analysis/summary.js';
import { summaryText } from '../reports/markdown/summary.js';
import type { Header, Point } from '../results/schema.js';
import { formatSize } from '../results/size.js';
import { isStream } from '../results/stream.js';
import { addSweepFlags, expandFlags, type NamedExpansion, type SweepFlags } from './axes.js';
import { formatSeconds } from './progress.js';
import {
  insistAvailable,
  insistComplete,
  measureInto,
  parseConcurrency,
  quote,
  sayLeftOut,
  typedCommand,
} from './session.js';
import { outputBeside } from './streams.js';

interface MeasureFlags extends SweepFlags, BeginningFlags {
  concurrency?: string;
  out: string;
  dryRun?: true;
  json?: true;
}

/** `dirtybench measure`: a sweep to a results file. */
export function measureCommand(): Command {
  return addSweepFlags(new Command('measure'))
    .description(
      'measure a sweep to a results file, and print its figures; repeat the command to resume an interrupted run',
    )
    .option('--concurrency <number>', 'workers that measure at once (default: the number of cores)')
    .option('--out <file>', 'results file; - for standard output', 'results.jsonl')
    .option('--json', 'print the figures as JSON')
    .option(...hostNameFlag)
    .option('--dry-run', 'print the points and the estimated time, and measure nothing')
    .action(measureFrom);
}

async function measureFrom(flags: MeasureFlags): Promise<void> {
  const expansion = await expandFlags(flags, null);
  const header = makeHeader(expansion, typedCommand(), flags);
  const concurrency = parseConcurrency(flags.concurrency);
  sayLeftOut(expansion);
  if (flags.dryRun) {
    printPlan(expansion, header, workersWithRoom(header.points, concurrency));
    return insistAvailable(expansion);
  }
  const resumed = existsSync(flags.out);
  const { results, failures } = await measureInto(flags.out, header, concurrency);
  printSkipped(expansion);
  const analysis = analyse(results);
  const output = outputBeside(flags.out);
  output.write(flags.json ? `${JSON.stringify(summaryOf(analysis))}\n` : `${summaryText(analysis)}\n\n`);
  insistComplete(failures);
  if (flags.json === undefined && !isStream(flags.out)) {
    output.write(
      `${countRounds(header)} rounds of ${header.points.length} points are in ${flags.out}${resumed ? ' (some from before)' : ''}\n` +
        `report: ${reportCommand(flags.out)}\n`,
    );
  }
  insistAvailable(expansion);
}

/** The command that makes a report of a results file, to be typed as it stands. */
function reportCommand(results: string): string {
  return `dirtybench report --from ${quote(results)}`;
}

function countRounds(header: Header): number {
  const twin = header.points[header.twin]?.rounds ?? 0;
  return header.points.reduce((sum, point) => sum + point.rounds, twin);
}

function printPlan(expansion: NamedExpansion, header: Header, workers: number): void {
  for (const point of header.points) process.stdout.write(`${describePoint(point)}\n`);
  printSkipped(expansion);
  const seconds = header.points.reduce((sum, point) => sum + estimateSeconds(point) * point.rounds, 0) / workers;
  process.stdout.write(
    `${header.points.length} points, ${countRounds(header)} rounds, about ${formatSeconds(seconds)} with ${workers} workers\n`,
  );
}

/** What was left out and not asked for by name: what was is an error, said at the end. */
function printSkipped({ skipped, refused }: NamedExpansion): void {
  const lines = skipped.map(({ what, why }) => `${what}: ${why}`);
  for (const line of lines.filter((each) => !refused.includes(each))) process.stderr.write(`skipped: ${line}\n`);
}

function describePoint(point: Point): string {
  const pages = point.pagesPerEpoch === null ? 'as recorded' : `${point.pagesPerEpoch} pages per epoch`;
  const frequency = point.ioFrequency === null ? '' : ` at ${point.ioFrequency} I/Os per second`;
  return (
    `${point.tracker} on ${point.guest}, ${point.workload}, ${formatSize(point.memoryBytes)}, ${pages}${frequency}, ` +
    `${point.cache}, ${point.rounds} x ${point.epochs} epochs`
  );
}
