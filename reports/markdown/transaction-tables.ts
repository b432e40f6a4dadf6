import { stages } from '../../results/transactions.js';
import type { Estimate } from '../analysis/estimate.js';
import { paperRows } from '../analysis/paper.js';
import {
  type GapCell,
  type Setting,
  type TransactionCell,
  type TransactionsAnalysis,
  unsynchronised,
} from '../analysis/transactions.js';
import { inOrder } from '../order.js';
import { formatBytes, formatCount, formatMemory, formatNumber, formatShare, formatTime } from '../units.js';
import { code, nothing, withInterval } from './prose.js';
import type { Table } from './table.js';

/** Transactions per second by memory and mode, beside the paper's. */
export function ratesTable({ cells }: TransactionsAnalysis): Table {
  const modes = modesOf(cells);
  const rows = memoriesOf(cells).map((memoryBytes) => {
    const paper = paperRows.find((row) => row.memoryBytes === memoryBytes);
    return [
      formatMemory(memoryBytes),
      ...(paper === undefined ? [nothing, nothing] : [paper.asyncTps.toFixed(2), paper.syncTps.toFixed(2)]),
      ...modes.map((mode) => estimateText(cellAt(cells, mode, memoryBytes)?.tps, formatNumber)),
    ];
  });
  const header = [
    'memory',
    'paper: not synchronised',
    'paper: full scan',
    ...modes.map((mode) => `here: ${named(mode)}`),
  ];
  return { of: 'figures', header, rows };
}

/**
 * What each mode leaves of the unsynchronised rate, by memory, and of its own rate from the least memory of all to the most; beside
 * the paper's.
 */
export function sharesTable({ cells, growth }: TransactionsAnalysis): Table {
  const memories = memoriesOf(cells);
  const [least, most] = [memories[0] ?? 0, memories.at(-1) ?? 0];
  const between = growth.filter(({ fromBytes, toBytes }) => fromBytes === least && toBytes === most);
  const grown = between.length === 0 ? [] : [`TPS at ${formatMemory(most)} over ${formatMemory(least)}`];
  const rows = modesOf(cells).map((mode) => [
    `here: ${named(mode)}`,
    ...memories.map((memoryBytes) => estimateText(cellAt(cells, mode, memoryBytes)?.share ?? undefined, formatShare)),
    ...grown.map(() => estimateText(between.find((each) => each.mode === mode)?.factor, formatShare)),
  ]);
  return {
    of: 'figures',
    header: ['', ...memories.map((memoryBytes) => `of the unsynchronised, ${formatMemory(memoryBytes)}`), ...grown],
    rows: [
      ['paper: full scan (derived)', ...paperShares(memories), ...grown.map(() => paperGrowth(least, most))],
      ...rows,
    ],
  };
}

function paperShares(memories: readonly number[]): string[] {
  return memories.map((memoryBytes) => {
    const row = paperRows.find((each) => each.memoryBytes === memoryBytes);
    return row === undefined ? nothing : formatShare(row.syncTps / row.asyncTps);
  });
}

function paperGrowth(least: number, most: number): string {
  const [from, to] = [least, most].map((memoryBytes) => paperRows.find((row) => row.memoryBytes === memoryBytes));
  return from === undefined || to === undefined ? nothing : formatShare(to.syncTps / from.syncTps);
}

/** Where the time of a transaction goes: a column for each stage. */
export function splitTable({ cells }: TransactionsAnalysis): Table {
  return withoutUnknown({
    of: 'figures',
    header: ['mode', 'memory', ...stages, 'client, loopback', 'client sees', 'least exchange', 'exchange over it'],
    rows: byMode(cells).map((cell) => [
      named(cell.mode),
      formatMemory(cell.memoryBytes),
      ...cell.split.map(({ medianNs }) => (medianNs === 0 ? nothing : formatTime(medianNs))),
      formatTime(cell.outside.medianNs),
      formatTime(cell.client.medianNs),
      cell.exchange === null ? nothing : formatTime(cell.exchange.blocking.medianNs),
      timesFloor(cell),
    ]),
  });
}

/** What a client sees, and what a transaction sends to the standby. */
export function latencyTable({ cells }: TransactionsAnalysis): Table {
  return {
    of: 'figures',
    header: ['mode', 'memory', 'mean', 'median', 'p90', 'p99', 'p99.9', 'pages', 'bytes sent', 'forced exits'],
    rows: byMode(cells).map(({ mode, memoryBytes, latency, pagesEach, bytesEach, forcedExits }) => [
      named(mode),
      formatMemory(memoryBytes),
      ...[latency.meanNs, latency.medianNs, latency.p90Ns, latency.p99Ns, latency.p999Ns].map(timeOrNothing),
      ...(mode === unsynchronised ? [nothing, nothing] : [formatNumber(pagesEach), formatBytes(bytesEach)]),
      formatCount(forcedExits),
    ]),
  };
}

/** Ways to commit and to encode, a row each: the rate, what it is set beside, what is sent and what a client sees. */
export function gapTable(cells: readonly GapCell[], { commit, encode }: Setting): Table {
  return withoutUnknown({
    of: 'figures',
    header: [
      'connections',
      'mode',
      'commit',
      'encode',
      'polls',
      'TPS',
      'of the unsynchronised',
      `over ${code(commit)}, ${code(encode)}`,
      'transactions per epoch',
      'bytes sent',
      'exchange over the least',
      'processor, primary',
      'processor, standby',
      'p50',
      'p99',
    ],
    rows: cells.map((cell) => [
      formatCount(cell.connections),
      named(cell.mode),
      ...(cell.mode === unsynchronised ? [nothing, nothing] : [code(cell.commit), code(cell.encode)]),
      cell.pollUs === undefined ? nothing : formatTime(cell.pollUs * 1000),
      estimateText(cell.tps, formatNumber),
      estimateText(cell.share ?? undefined, formatShare),
      estimateText(cell.against?.factor, formatShare),
      cell.transactionsPerEpoch === null ? nothing : formatNumber(cell.transactionsPerEpoch),
      cell.mode === unsynchronised ? nothing : formatBytes(cell.bytesEach),
      timesFloor(cell),
      cell.processorNs === null ? nothing : formatTime(cell.processorNs.primary),
      cell.processorNs === null || cell.mode === unsynchronised ? nothing : formatTime(cell.processorNs.standby),
      formatTime(cell.latency.medianNs),
      timeOrNothing(cell.latency.p99Ns),
    ]),
  });
}

/** Leaves out columns in which no row has anything: of what was not varied, or not yet measured when a file was written. */
function withoutUnknown({ of, header, rows }: Table): Table {
  const kept = (_: string, column: number) => rows.some((row) => row[column] !== nothing);
  return { of, header: header.filter(kept), rows: rows.map((row) => row.filter((_, column) => kept('', column))) };
}

function timeOrNothing(ns: number | null): string {
  return ns === null ? nothing : formatTime(ns);
}

/** How many times as long its exchanges take as one between two processes that do nothing else. */
function timesFloor({ exchange }: TransactionCell): string {
  return exchange === null ? nothing : `${formatNumber(exchange.timesFloor)} ×`;
}

/** A mode as tables name it. */
export function named(mode: string): string {
  return mode === unsynchronised ? 'not synchronised' : code(mode);
}

function estimateText(estimate: Estimate | undefined, format: (value: number) => string): string {
  if (estimate === undefined) return nothing;
  return withInterval(estimate, format);
}

/** The unsynchronised first, then by family. */
function modesOf(cells: readonly TransactionCell[]): string[] {
  const modes = inOrder(cells.map(({ mode }) => mode));
  return [...modes.filter((mode) => mode === unsynchronised), ...modes.filter((mode) => mode !== unsynchronised)];
}

function memoriesOf(cells: readonly TransactionCell[]): number[] {
  return [...new Set(cells.map(({ memoryBytes }) => memoryBytes))].sort((a, b) => a - b);
}

function byMode(cells: readonly TransactionCell[]): TransactionCell[] {
  return modesOf(cells).flatMap((mode) => cells.filter((cell) => cell.mode === mode));
}

function cellAt(cells: readonly TransactionCell[], mode: string, memoryBytes: number): TransactionCell | undefined {
  return cells.find((cell) => cell.mode === mode && cell.memoryBytes === memoryBytes);
}
