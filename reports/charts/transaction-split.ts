import type { Stage } from '../../results/transactions.js';
import type { Synchronisation } from '../analysis/analysis.js';
import { type TransactionCell, unsynchronised } from '../analysis/transactions.js';
import { formatMemory } from '../units.js';
import type { RunChart } from './chart.js';
import { type Stacked, stackChart } from './stack.js';
import { describeTransactions } from './transactions-by-memory.js';

export const transactionSplit: RunChart<Synchronisation> = {
  alt: 'Where the time of a transaction goes: its stages stacked, a bar for each mode and memory size',
  howToRead:
    'A bar is a transaction from left to right, as long as the median that the client saw; each colour is a stage, in the ' +
    'order they come. Red is detection, the part that the schemes differ in; the blues are what any synchronisation costs: ' +
    'building the frame, sending it, and hearing that it arrived. A torn bar is longer than there is room for: its number ' +
    'says how long.',
  needs: 'transactions measured end to end',
  of: 'the run',
  draw({ transactions }) {
    if (transactions === null || transactions.cells.length === 0) return null;
    return stackChart({
      title: 'Where the time of a transaction goes',
      subtitle: [describeTransactions(transactions), 'medians; shorter is better'],
      axis: 'time of a transaction',
      colours,
      bars: transactions.cells.toSorted((a, b) => a.memoryBytes - b.memoryBytes).map(barOf),
    });
  },
};

const outside = 'client, loopback';
type Part = Stage | typeof outside;

/** In the order they are stacked. */
const colours: Record<Part, string> = {
  'request in': '#8b949e',
  guest: '#e8b94a',
  detection: '#c8321f',
  copy: '#08306b',
  wire: '#2f74b5',
  standby: '#17a2b8',
  acknowledgement: '#8fc1e3',
  'response out': '#59636e',
  [outside]: '#dfe3e7',
};

function barOf(cell: TransactionCell): Stacked {
  return {
    group: formatMemory(cell.memoryBytes),
    name: cell.mode === unsynchronised ? 'not synchronised' : cell.mode,
    totalNs: cell.client.medianNs,
    parts: [
      ...cell.split.map(({ stage, medianNs }) => ({ part: stage, ns: medianNs })),
      { part: outside, ns: cell.outside.medianNs },
    ],
  };
}
