import { markdownTable } from 'markdown-table';
import { median } from 'simple-statistics';
import { paperRows } from '../reports/analysis/paper.js';
import { formatSize } from '../results/size.js';
import { stages, type TransactionRun, type TransactionsHeader } from '../results/transactions.js';

/** One mode at one size, over all rounds. */
interface Cell {
  readonly mode: string;
  readonly memoryBytes: number;
  readonly runs: readonly TransactionRun[];
}

/** The measured Table 1, the split of each mode's transactions, and what the figures hold by, as text for a terminal. */
export function formatTable1(header: TransactionsHeader, runs: readonly TransactionRun[]): string {
  const cells = header.points.map((point, index) => ({
    ...point,
    runs: runs.filter((run) => run.point === index && !run.twin),
  }));
  const { connections, pagesPerTransaction, guestNote, rounds, seconds } = header;
  return [
    `Transactions a second, ${pagesPerTransaction} pages each, ${connections} connection(s), guest ${guestNote}.`,
    `Median of ${rounds} round(s) of ${seconds} s, in brackets the lowest and highest.`,
    '',
    rateTable(cells),
    '',
    noiseLine(header, runs),
    '',
    'Where the time of a transaction goes: medians in microseconds.',
    '',
    splitTable(cells),
    '',
    verifiedLine(runs),
  ].join('\n');
}

const rate = ({ transactions, seconds }: TransactionRun) => transactions / seconds;

function rateTable(cells: readonly Cell[]): string {
  const modes = [...new Set(cells.map(({ mode }) => mode))];
  const memories = [...new Set(cells.map(({ memoryBytes }) => memoryBytes))];
  const rows = memories.map((memoryBytes) => {
    const paper = paperRows.find((row) => row.memoryBytes === memoryBytes);
    const measured = modes.map((mode) =>
      rateText(cells.find((cell) => cell.mode === mode && cell.memoryBytes === memoryBytes)),
    );
    return [formatSize(memoryBytes), ...measured, String(paper?.asyncTps ?? ''), String(paper?.syncTps ?? '')];
  });
  const head = ['memory', ...modes, 'paper: not synchronised', 'paper: synchronised'];
  return markdownTable([head, ...rows], { align: ['l', ...head.slice(1).map(() => 'r')] });
}

function rateText(cell: Cell | undefined): string {
  const rates = cell?.runs.map(rate) ?? [];
  if (rates.length === 0) return '';
  return `${median(rates).toFixed(0)} [${Math.min(...rates).toFixed(0)}, ${Math.max(...rates).toFixed(0)}]`;
}

function splitTable(cells: readonly Cell[]): string {
  const rows = cells
    .filter(({ runs }) => runs.length > 0)
    .map(({ mode, memoryBytes, runs }) => [
      formatSize(memoryBytes),
      mode,
      ...stages.map((stage) => micros(median(runs.map(({ split }) => split[stage].medianNs)))),
      micros(median(runs.map(({ latency }) => latency.medianNs))),
      micros(median(runs.map(({ latency }) => latency.p99Ns))),
      String(Math.round(median(runs.map(({ wireBytes, transactions }) => wireBytes / Math.max(1, transactions))))),
    ]);
  const head = ['memory', 'mode', ...stages, 'client p50', 'client p99', 'bytes sent'];
  return markdownTable([head, ...rows], { align: ['l', 'l', ...head.slice(2).map(() => 'r')] });
}

function micros(ns: number): string {
  return (ns / 1000).toFixed(1);
}

/** What a difference must exceed to be one: that between the two halves of the A/A pair. */
function noiseLine({ points, twin }: TransactionsHeader, runs: readonly TransactionRun[]): string {
  const rates = (isTwin: boolean) => runs.filter((run) => run.point === twin && run.twin === isTwin).map(rate);
  const [first, second] = [rates(false), rates(true)];
  const point = points[twin];
  if (point === undefined || first.length === 0 || second.length === 0) return '';
  const apart = Math.abs(median(first) / median(second) - 1) * 100;
  return `Noise: ${point.mode} at ${formatSize(point.memoryBytes)} measured twice differs by ${apart.toFixed(1)} %.`;
}

function verifiedLine(runs: readonly TransactionRun[]): string {
  const verified = runs.filter((run) => run.verified !== null).length;
  return `After each of ${verified} synchronised runs the standby held what the primary had, byte for byte.`;
}
