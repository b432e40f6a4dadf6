import { statSync } from 'node:fs';
import type { EpochList } from '../../recording/epochs.js';
import { slowdownOf } from '../../recording/pace.js';
import type { Recorded } from '../../recording/plan.js';
import { describeCost } from '../../recording/result.js';
import type { TraceHeader } from '../../recording/tracefile.js';
import type { ValgrindRecorded } from '../../recording/valgrind.js';
import { formatBytes, formatCount, formatNumber, formatTime } from '../../reports/units.js';
import { quote } from '../terminal/quote.js';

/** What a recording came to, and what it cost, in lines. */
export function describeRecorded(recorded: Recorded, header: TraceHeader, out: string): string {
  const collections = recorded.collections.toSorted();
  const { exit } = recorded;
  return [
    ...describeEpochs(recorded.epochs, header, out),
    `cost: ${describeCost(recorded)}; a collection takes ${formatTime(quantile(collections, 0.5))}, p99 ${formatTime(quantile(collections, 0.99))}`,
    describePace(recorded),
    ...recorded.unseen.map(([what, bytes]) => `not watched: ${formatBytes(bytes)} of ${what}`),
    exit === null
      ? `process ${recorded.pid} runs on by itself`
      : `process ${recorded.pid} has ended with ${exit.signal === 0 ? `exit code ${exit.code}` : `signal ${exit.signal}`}`,
    measuredWith(header, out),
  ].join('\n');
}

/** What a recording under valgrind came to, in lines. */
export function describeValgrind(recorded: ValgrindRecorded, header: TraceHeader, out: string): string {
  const { read, pid, seconds, cut, exit } = recorded;
  const ended = exit.code === null ? `signal ${exit.signal}` : `exit code ${exit.code}`;
  return [
    ...describeEpochs(read.epochs, header, out),
    `cost: ${formatNumber(header.epochs / seconds)} epochs per second under valgrind, where a program is some hundred times slower`,
    cut
      ? `process ${pid} was ended (${ended}): valgrind cannot let go of a program`
      : `process ${pid} has ended with ${ended}`,
    measuredWith(header, out),
  ].join('\n');
}

/** How much slower the program was, in a line. */
function describePace({ paces, exit }: Recorded): string {
  const slowdown = slowdownOf(paces);
  if (slowdown === null) {
    const why =
      exit !== null && paces.before === null
        ? 'it ended with the recording'
        : 'by itself it made too few write calls, and computed too little or was stopped too often for its time to tell';
    return `how much slower it ran is not known: ${why}`;
  }
  const { by, recorded, before, after, factor } = slowdown;
  const rate = (value: number) =>
    by === 'writeCalls' ? formatCount(value) : `${formatTime(value * 1e6)} of its own code`;
  const alone = [
    before === null ? [] : `${rate(before)} by itself before`,
    after === null ? [] : `${rate(after)} by itself afterwards`,
  ].flat();
  const what = by === 'writeCalls' ? `${rate(recorded)} write calls` : rate(recorded);
  return `pace: ${what} a second while recorded, ${alone.join(', ')}: ${formatNumber(factor)}x slower`;
}

/** What a trace holds, in lines. */
export function describeEpochs({ starts, writes, full }: EpochList, header: TraceHeader, out: string): string[] {
  const sizes = Float64Array.from(starts.subarray(1), (end, index) => end - (starts[index] as number)).sort();
  const distinct = new Set(writes).size;
  return [
    `${out}: ${header.epochs} epochs, ${formatBytes(statSync(out).size)}`,
    `pages per epoch: median ${quantile(sizes, 0.5)}, p99 ${quantile(sizes, 0.99)}, most ${sizes.at(-1)}; ${distinct} distinct ones of ${header.resident} that are there`,
    ...(full
      ? ['it ends before an epoch that a trace cannot hold beside these: --skip and --epochs choose which it has']
      : []),
  ];
}

/** How a trace is measured, in a line. */
export function measuredWith(header: TraceHeader, out: string): string {
  return `measure it with: dirtybench measure --workload ${quote(`trace:${traceArgument(out)}`)} --memory ${smallestMemory(header.pages)} --out mine.jsonl`;
}

function quantile(ascending: Float64Array, share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))] ?? 0;
}

/** A trace's file as a workload names it: a path has a slash. */
export function traceArgument(out: string): string {
  return out.includes('/') ? out : `./${out}`;
}

/** The smallest power of two that holds so many pages, in neighbourhoods of 2 MiB. */
export function smallestMemory(pages: number): string {
  const mebibytes = 2 ** Math.ceil(Math.log2(Math.max(4, 2 * Math.ceil(pages / 512))));
  return mebibytes < 1024 ? `${mebibytes}M` : `${mebibytes / 1024}G`;
}
