import type { Synchronisation } from '../analysis/analysis.js';
import { paperRows } from '../analysis/paper.js';
import { type TransactionCell, type TransactionsAnalysis, unsynchronised } from '../analysis/transactions.js';
import { hereUnsynchronised, paperScan, paperUnsynchronised } from '../order.js';
import { formatCount } from '../units.js';
import { type Axis, memoryAxis, speedAxis } from './axis.js';
import type { RunChart } from './chart.js';
import { type LineRow, lineChart } from './lines.js';

/** Transactions per second against memory, and the paper's beside them. */
export const transactionsByMemory: RunChart<Synchronisation> = {
  alt: "Transactions per second against guest memory, measured end to end, beside the paper's",
  howToRead:
    'After the paper’s Figure 2. Lines without colour are what the paper measured on its machines, those in colour what was measured on this one: ' +
    'the two differ in level, and what can be compared is the slope. A line that falls pays for memory that nobody wrote; ' +
    'a flat one does not. The scale is logarithmic; the pale bar at a mark is the interval over rounds that the table gives.',
  of: 'the run',
  draw({ transactions }) {
    if (transactions === null || transactions.cells.length === 0) return null;
    return lineChart({
      rows: [...paperLines(), ...transactions.cells.map(measuredRow)],
      title: 'Transactions per second against memory, end to end',
      subtitle: [describeTransactions(transactions), 'without colour: printed in the paper; in colour: measured here'],
      x: memoryAxis(),
      y: ratesAxis(),
      floor: [],
      points: 'measured',
    });
  },
};

/** 1, 2 and 5 of each decade, from one transaction in a hundred seconds up. */
const steps = Array.from({ length: 11 }, (_, i) => i - 2).flatMap((decade) =>
  [1, 2, 5].map((digit) => digit * 10 ** decade),
);

/** Transactions per second on a logarithmic scale, from one step to another. */
function ratesAxis(): Axis {
  return {
    ...speedAxis('transactions per second', formatCount),
    domain: (rates) => [
      steps.findLast((step) => step <= Math.min(...rates)) ?? Math.min(...rates),
      steps.find((step) => step >= Math.max(...rates)) ?? Math.max(...rates),
    ],
    ticks: () => steps,
  };
}

/** What was measured, in a line for a chart. */
export function describeTransactions({ run, setting }: TransactionsAnalysis): string {
  const guest = run.guest === 'kvm' ? 'guests on KVM' : 'SIMULATED guests';
  const connections = setting.connections === 1 ? 'one connection' : `${setting.connections} connections`;
  return `${guest}, ${run.workload}, ${run.pagesPerTransaction} pages per transaction, ${connections}`;
}

function paperLines(): LineRow[] {
  return paperRows.flatMap(({ memoryBytes, asyncTps, syncTps }) => [
    printed(paperUnsynchronised, memoryBytes, asyncTps),
    printed(paperScan, memoryBytes, syncTps),
  ]);
}

function printed(scheme: string, x: number, tps: number): LineRow {
  return { scheme, x, y: tps, low: tps, high: tps, withinFloor: false };
}

function measuredRow({ mode, memoryBytes, tps }: TransactionCell): LineRow {
  const scheme = mode === unsynchronised ? hereUnsynchronised : mode;
  return { scheme, x: memoryBytes, y: tps.value, low: tps.low, high: tps.high, withinFloor: false };
}
