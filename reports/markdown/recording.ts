import { pageBytes } from '../../base/size.js';
import type { AnalysedPoint } from '../analysis/point.js';
import { isContender } from '../analysis/role.js';
import { formatBytes, formatCount, formatMemory, formatShare, formatTime } from '../units.js';
import { nothing, withinFloor } from './prose.js';
import { toMarkdown } from './table.js';

/** What a recording says of a program, and what was measured with it. */
export interface RecordedProgram {
  readonly program: string;
  readonly command: string;
  /** What ends an epoch, to go after "an epoch". */
  readonly epoch: string;
  readonly kernel: string;
  readonly way: string;
  readonly notSeen: string;
  /** What recording it cost, if that is known. */
  readonly cost: string | null;
  /** Pages that each epoch wrote. */
  readonly sizes: Float64Array;
  /** Distinct pages that were written, and pages that were there. */
  readonly written: number;
  readonly resident: number;
  /** Epochs a second while it was recorded. */
  readonly rate: number;
  /** How many times slower it was than by itself; null where that is not known. */
  readonly slower: number | null;
  /** Where the trace and the results are. */
  readonly trace: string;
  readonly results: string;
  /** What was not measured, a line for each. */
  readonly skipped: readonly string[];
}

const quantiles = [
  ['least', 0],
  ['a quarter below', 0.25],
  ['median', 0.5],
  ['a quarter above', 0.75],
  ['90 %', 0.9],
  ['99 %', 0.99],
  ['most', 1],
] as const;

/** The report of a recorded program, as Markdown: what it writes, and what finding that costs it with each tracker. */
export function recordingMarkdown(recorded: RecordedProgram, points: readonly AnalysedPoint[]): string {
  const { program, results, skipped } = recorded;
  return [
    `# What detection costs ${program}`,
    [
      `- Command: \`${recorded.command}\``,
      `- An epoch ${recorded.epoch}.`,
      `- Recorded by ${recorded.way}, on ${recorded.kernel}; not seen: ${recorded.notSeen}.`,
      ...(recorded.cost === null ? [] : [`- Recording cost: ${recorded.cost}.`]),
      `- The trace is \`${recorded.trace}\`.`,
    ].join('\n'),
    '## What it writes',
    writesTable(recorded),
    writesText(recorded),
    '## What each tracker costs it',
    costsText(recorded),
    costsTable(recorded, points),
    ...(skipped.length === 0 ? [] : [`Not measured: ${skipped.join('; ')}.`]),
    `Everything that was measured is in \`${results}\`: \`dirtybench report --from ${results}\` draws it.`,
  ]
    .join('\n\n')
    .concat('\n');
}

function writesTable({ sizes }: RecordedProgram): string {
  const ascending = sizes.toSorted();
  const at = (share: number) => ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))] ?? 0;
  return toMarkdown({
    of: 'figures',
    header: ['', ...quantiles.map(([name]) => name), 'mean'],
    rows: [['pages an output', ...quantiles.map(([, share]) => formatCount(at(share))), formatCount(meanOf(sizes))]],
  });
}

function writesText(recorded: RecordedProgram): string {
  const { sizes, written, resident, rate, slower } = recorded;
  const dirty = rate * meanOf(sizes);
  const alone =
    slower === null
      ? 'How fast it is by itself is not known.'
      : `By itself it is ${formatCount(slower)} times as fast: about ${formatCount(rate * slower)} outputs, ${perSecond(dirty * slower)}, a second.`;
  return (
    `${sizes.length} outputs wrote ${formatCount(written)} distinct pages (${formatBytes(written * pageBytes)}), of ` +
    `${formatCount(resident)} (${formatBytes(resident * pageBytes)}) that were there. ` +
    `While recorded it had ${formatCount(rate)} outputs a second, ${perSecond(dirty)}. ${alone}`
  );
}

function perSecond(pages: number): string {
  return `${formatCount(pages)} pages (${formatBytes(pages * pageBytes)})`;
}

/** Outputs a second by itself, as far as that is known. */
function outputsOf({ rate, slower }: RecordedProgram): number {
  return rate * (slower ?? 1);
}

function costsText(recorded: RecordedProgram): string {
  const known = recorded.slower === null ? 'as recorded, which is slower than by itself' : 'by itself';
  return (
    `A synchronised guest stops at each output until its writes are found. With ${formatCount(outputsOf(recorded))} outputs a second ` +
    `(${known}) it would still do as many as the column *outputs a second* says; what is sent to a standby comes on top. Medians over rounds.`
  );
}

function costsTable(recorded: RecordedProgram, points: readonly AnalysedPoint[]): string {
  const outputs = outputsOf(recorded);
  // What is no scheme is there to measure the floor.
  const order = points
    .filter(isContender)
    .sort((a, b) => a.memoryBytes - b.memoryBytes || a.collect.medianNs - b.collect.medianNs);
  return toMarkdown({
    of: 'figures',
    header: [
      'tracker',
      'guest',
      'memory',
      'detection an output',
      'writes, with marking',
      'outputs a second',
      'share left',
    ],
    rows: order.map(({ scheme, guest, memoryBytes, collect, run, withinFloor: floor }) => {
      const left = 1 / (1 / outputs + collect.medianNs / 1e9);
      return [
        scheme,
        guest,
        formatMemory(memoryBytes),
        floor ? withinFloor : formatTime(collect.medianNs),
        run.medianNs > 0 ? formatTime(run.medianNs) : nothing,
        formatCount(left),
        formatShare(left / outputs),
      ];
    }),
  });
}

function meanOf(sizes: Float64Array): number {
  return sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, sizes.length);
}
