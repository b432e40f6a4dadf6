import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { estimateSeconds } from '../measure/estimate.js';
import { workersWithRoom } from '../measure/room.js';
import { analyse } from '../reports/analysis/analysis.js';
import { summaryText } from '../reports/markdown/summary.js';
import { readResults } from '../results/file.js';
import type { Header, Point } from '../results/schema.js';
import { formatSize } from '../results/size.js';
import { addSweepFlags, expandFlags, type SweepFlags } from './axes.js';
import { formatSeconds } from './progress.js';
import {
  insistAvailable,
  insistComplete,
  makeHeader,
  measureInto,
  parseConcurrency,
  quote,
  sayLeftOut,
} from './session.js';

interface MeasureFlags extends SweepFlags {
  concurrency?: string;
  out: string;
  dryRun?: true;
}

/** `dirtybench measure`: a sweep to a results file. */
export function measureCommand(): Command {
  return addSweepFlags(new Command('measure'))
    .description('measure a sweep to a results file; the same command goes on where an interrupted one stopped')
    .option('--concurrency <number>', 'workers that measure at once (default: the number of cores)')
    .option('--out <file>', 'results file', 'results.jsonl')
    .option('--dry-run', 'print the points and the estimated time, and measure nothing')
    .action(measureFrom);
}

async function measureFrom(flags: MeasureFlags): Promise<void> {
  const expansion = expandFlags(flags, null);
  const header = makeHeader(expansion);
  const concurrency = parseConcurrency(flags.concurrency);
  sayLeftOut(expansion);
  if (flags.dryRun) {
    printPlan(header, workersWithRoom(header.points, concurrency));
    return insistAvailable(expansion);
  }
  const resumed = existsSync(flags.out);
  const failures = await measureInto(flags.out, header, concurrency);
  printSkipped(header);
  const results = readResults(flags.out);
  if (results !== null) process.stdout.write(`${summaryText(analyse(results))}\n\n`);
  insistComplete(failures);
  process.stdout.write(
    `${countRounds(header)} rounds of ${header.points.length} points are in ${flags.out}${resumed ? ' (some from before)' : ''}\n` +
      `report: ${reportCommand(flags.out)}\n`,
  );
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

function printPlan(header: Header, workers: number): void {
  for (const point of header.points) process.stdout.write(`${describePoint(point)}\n`);
  printSkipped(header);
  const seconds = header.points.reduce((sum, point) => sum + estimateSeconds(point) * point.rounds, 0) / workers;
  process.stdout.write(
    `${header.points.length} points, ${countRounds(header)} rounds, about ${formatSeconds(seconds)} with ${workers} workers\n`,
  );
}

function printSkipped(header: Header): void {
  for (const { what, why } of header.skipped) process.stderr.write(`skipped: ${what}: ${why}\n`);
}

function describePoint(point: Point): string {
  const pages = point.pagesPerEpoch === null ? 'as recorded' : `${point.pagesPerEpoch} pages per epoch`;
  const frequency = point.ioFrequency === null ? '' : ` at ${point.ioFrequency} I/Os a second`;
  return (
    `${point.tracker} on ${point.guest}, ${point.workload}, ${formatSize(point.memoryBytes)}, ${pages}${frequency}, ` +
    `${point.cache}, ${point.rounds} x ${point.epochs} epochs`
  );
}
