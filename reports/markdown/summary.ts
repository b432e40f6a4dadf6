import { pageBytes } from '../../base/size.js';
import type { Analysis, Synchronisation } from '../analysis/analysis.js';
import { isFinding, roundsForFinding } from '../analysis/coverage.js';
import type { AnalysedPoint } from '../analysis/point.js';
import type { Winner } from '../analysis/winner.js';
import { describeGuests } from '../slice.js';
import { formatBytes, formatCount, formatFactor, formatMemory, formatShare } from '../units.js';
import { migrationsText } from './migrations.js';
import { anyApproximate, precisionText, snapshotText } from './precision.js';
import { brackets, figureWithInterval, listed, nothing, withInterval } from './prose.js';
import { type Table, toText } from './table.js';
import { mainTable } from './table1.js';
import { transactionsText } from './transactions.js';

/** What makes points differ, each a column where it does. */
const columns: readonly { readonly header: string; readonly of: (point: AnalysedPoint) => string }[] = [
  { header: 'guest', of: ({ guest }) => guest },
  { header: 'workload', of: ({ workload }) => workload },
  { header: 'memory', of: ({ memoryBytes }) => formatMemory(memoryBytes) },
  { header: 'pages', of: ({ pagesPerEpoch }) => formatCount(Math.round(pagesPerEpoch)) },
  { header: 'I/Os per second', of: ({ ioFrequency }) => (ioFrequency === null ? nothing : formatCount(ioFrequency)) },
  { header: 'cache', of: ({ cache }) => cache },
  { header: 'vCPUs', of: ({ vcpus }) => String(vcpus) },
  { header: 'guests', of: ({ guests = 1 }) => String(guests) },
  {
    header: 'in one process',
    of: ({ guests, oneProcess }) => (guests === undefined ? nothing : oneProcess ? 'yes' : 'no'),
  },
  { header: 'finds', of: ({ unitPages = 1 }) => formatBytes(unitPages * pageBytes) },
];
const alwaysShown = ['memory', 'pages'];

/** Above this many points a table is no answer any more. */
const mostPoints = 40;

/** What a results file says, as text for a terminal: its points, or of many the fastest of each setting; and the noise. */
export function summaryText(analysis: Analysis): string {
  const { points } = analysis;
  const shown = points.length <= mostPoints ? [toText(pointsTable(points)), explain(points)] : [tooMany(points)];
  return [...paperText(analysis), ...shown, ...fastestText(analysis), noiseText(analysis)].join('\n\n');
}

/** What files of transactions and migrations say, as text for a terminal. */
export function synchronisationText({ transactions, migrations }: Synchronisation): string {
  return [
    ...(transactions === null ? [] : [transactionsText(transactions)]),
    ...(migrations === null ? [] : [migrationsText(migrations)]),
  ].join('\n\n');
}

/** The table that a report opens with, where anything in it was measured. */
function paperText(analysis: Analysis): string[] {
  return analysis.table1.measured.length === 0 ? [] : [toText(mainTable(analysis))];
}

function pointsTable(points: readonly AnalysedPoint[]): Table {
  const varied = columns.filter(({ header, of }) => alwaysShown.includes(header) || new Set(points.map(of)).size > 1);
  const charged = points.some(({ firstWrite }) => firstWrite !== null);
  const precise = anyApproximate(points);
  return {
    of: 'figures',
    header: [
      'tracker',
      ...varied.map(({ header }) => header),
      'detection',
      'writes, with marking',
      ...(charged ? ['a first write'] : []),
      ...(precise ? ['found for each written', 'a snapshot'] : []),
    ],
    rows: points.map((point) => [
      point.scheme,
      ...varied.map(({ of }) => of(point)),
      figureWithInterval({ ...point.collect, withinFloor: point.withinFloor && !isFloor(point) }),
      figureWithInterval({ ...point.run, withinFloor: false }),
      ...(charged ? [firstWriteText(point)] : []),
      ...(precise ? [precisionText(point), snapshotText(point)] : []),
    ]),
  };
}

function firstWriteText({ firstWrite }: AnalysedPoint): string {
  return firstWrite === null ? nothing : figureWithInterval({ ...firstWrite.again, withinFloor: false });
}

/** A null tracker is the floor: its figure is what others are held against. */
function isFloor({ floor, index }: AnalysedPoint): boolean {
  return floor?.index === index;
}

function explain(points: readonly AnalysedPoint[]): string {
  return `Medians of an epoch over rounds${brackets(points.map(({ collect }) => collect))}.`;
}

function tooMany(points: readonly AnalysedPoint[]): string {
  return `${points.length} points: too many to list; a report has them all.`;
}

function fastestText({ winners, points }: Analysis): string[] {
  const cells = winners.filter(({ cost }) => cost === 'collect');
  if (cells.length > 0) return [['Fastest detection:', ...cells.map((cell) => `  ${fastestIn(cell)}`)].join('\n')];
  const few = points.some(({ collect }) => !isFinding(collect));
  return few ? [`Which is the fastest takes ${roundsForFinding} rounds of each point to say.`] : [];
}

function fastestIn(cell: Winner): string {
  const { guest, workload, memoryBytes, pagesPerEpoch, cache, vcpus, scheme, ties, next } = cell;
  const beside = describeGuests(cell);
  const setting = [
    `${guest} guest`,
    formatMemory(memoryBytes),
    `${formatCount(Math.round(pagesPerEpoch))} ${Math.round(pagesPerEpoch) === 1 ? 'page' : 'pages'}`,
    workload,
    cache,
    ...(vcpus === 1 ? [] : [`${vcpus} vCPUs`]),
    ...(beside === null ? [] : [beside]),
  ].join(', ');
  const who = ties.length === 0 ? scheme : `${listed([scheme, ...ties])}, which cannot be told apart`;
  const beaten = next === null ? '' : `; ${next.scheme} takes ${formatFactor(next.ratio)} as long`;
  return `${setting}: ${who}${beaten}`;
}

function noiseText({ noise, points }: Analysis): string {
  if (noise.kind === 'absent') return `Noise: not known: ${noise.why}.`;
  const point = points.find(({ index }) => index === noise.index);
  if (!isFinding(noise.difference))
    return `Noise: not known: it takes ${roundsForFinding} rounds, and ${point?.scheme ?? 'the point measured twice'} has ${noise.rounds}.`;
  return (
    `Noise: ${point?.scheme ?? 'one point'} was measured twice, and the second differs by ` +
    `${withInterval(noise.difference, formatShare)}: what differs by less is a tie.`
  );
}
