import { statSync } from 'node:fs';
import type { EpochList } from '../../recording/epochs.js';
import type { Recorded } from '../../recording/plan.js';
import type { TraceHeader } from '../../recording/tracefile.js';
import { formatBytes, formatTime } from '../../reports/units.js';

/** What a recording came to, and what it cost, in lines. */
export function describeRecorded(recorded: Recorded, header: TraceHeader, out: string): string {
  const collections = recorded.collections.toSorted();
  const { exit } = recorded;
  return [
    ...describeEpochs(recorded.epochs, header, out),
    `cost: ${(header.epochs / recorded.seconds).toFixed(0)} epochs per second, ${(recorded.stops / header.epochs).toFixed(1)} stops each; a collection takes ${formatTime(quantile(collections, 0.5))}, p99 ${formatTime(quantile(collections, 0.99))}`,
    ...recorded.unseen.map(([what, bytes]) => `not watched: ${formatBytes(bytes)} of ${what}`),
    exit === null
      ? `process ${recorded.pid} runs on by itself`
      : `process ${recorded.pid} has ended with ${exit.signal === 0 ? `exit code ${exit.code}` : `signal ${exit.signal}`}`,
    measuredWith(header, out),
  ].join('\n');
}

/** What a trace holds, in lines. */
export function describeEpochs({ starts, writes }: EpochList, header: TraceHeader, out: string): string[] {
  const sizes = Float64Array.from(starts.subarray(1), (end, index) => end - (starts[index] as number)).sort();
  const distinct = new Set(writes).size;
  return [
    `${out}: ${header.epochs} epochs, ${formatBytes(statSync(out).size)}`,
    `pages an epoch: median ${quantile(sizes, 0.5)}, p99 ${quantile(sizes, 0.99)}, most ${sizes.at(-1)}; ${distinct} distinct ones of ${header.resident} that are there`,
  ];
}

/** How a trace is measured, in a line. */
export function measuredWith(header: TraceHeader, out: string): string {
  return `measure it with: dirtybench measure --workload trace:${out.includes('/') ? out : `./${out}`} --memory ${smallestMemory(header.pages)} --out mine.jsonl`;
}

function quantile(ascending: Float64Array, share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))] ?? 0;
}

/** The smallest power of two that holds so many pages, in neighbourhoods of 2 MiB. */
function smallestMemory(pages: number): string {
  const mebibytes = 2 ** Math.ceil(Math.log2(Math.max(4, 2 * Math.ceil(pages / 512))));
  return mebibytes < 1024 ? `${mebibytes}M` : `${mebibytes / 1024}G`;
}
