import type { Synchronisation } from '../analysis/analysis.js';
import { type TransactionCell, unsynchronised } from '../analysis/transactions.js';
import { formatMemory } from '../units.js';
import type { RunChart } from './chart.js';
import { type Stacked, stackChart } from './stack.js';
import { outside, stageColours } from './stages.js';
import { describeTransactions } from './transactions-by-memory.js';

/** The stages of a transaction. */
export const transactionSplit: RunChart<Synchronisation> = {
  alt: 'Where the time of a transaction goes: its stages stacked, a bar for each mode and memory size',
  howToRead:
    'A bar is a transaction from left to right, as long as the median that the client saw; each colour is a stage, in the ' +
    'order they come. Red is detection, the part that the schemes differ in; the blues are what any synchronisation costs: ' +
    'building the frame, sending it, and hearing that it arrived. The stroke below a bar is what the client saw, with its interval over rounds. A torn bar is longer than there is room for: its number ' +
    'says how long.',
  of: 'the run',
  draw({ transactions }) {
    if (transactions === null || transactions.cells.length === 0) return null;
    return stackChart({
      title: 'Where the time of a transaction goes',
      subtitle: [
        describeTransactions(transactions),
        'medians of the stages; below each bar the whole with its interval; shorter is better',
      ],
      axis: 'time of a transaction',
      colours: stageColours,
      bars: transactions.cells.toSorted((a, b) => a.memoryBytes - b.memoryBytes).map(barOf),
    });
  },
};

function barOf(cell: TransactionCell): Stacked {
  return {
    group: formatMemory(cell.memoryBytes),
    name: cell.mode === unsynchronised ? 'not synchronised' : cell.mode,
    total: cell.client,
    parts: [
      ...cell.split.map(({ stage, medianNs }) => ({ part: stage, ns: medianNs })),
      { part: outside, ns: cell.outside.medianNs },
    ],
  };
}
