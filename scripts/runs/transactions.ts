import { type BeginningFlags, runBeginning } from '../../measure/beginning.js';
import { measureTransactions } from '../../measure/transactions/transactions.js';
import type { GuestChoice } from '../../replication/guest/modes.js';
import {
  type Transactions,
  type TransactionsHeader,
  transactionsFormat,
  transactionsVersion,
} from '../../results/transactions.js';
import { modesHere } from './machine.js';
import type { Point } from './points.js';
import { measureRunsInto, ownCommand } from './runs.js';

/** What is to be measured of transactions. */
export interface TransactionSettings
  extends Pick<
    TransactionsHeader,
    | 'command'
    | 'workload'
    | 'pagesPerTransaction'
    | 'requestBytes'
    | 'responseBytes'
    | 'seconds'
    | 'warmupSeconds'
    | 'rounds'
    | 'seed'
  > {
  readonly points: readonly Point[];
}

/**
 * The first line of the results file of a run that begins now on this machine.
 * @throws UsageError if no mode can run here.
 */
export function makeTransactionsHeader(
  settings: TransactionSettings,
  choice: GuestChoice,
  flags: BeginningFlags,
): TransactionsHeader {
  const { points: asked, ...same } = settings;
  const { usable, ...here } = modesHere([...new Set(asked.map(({ mode }) => mode))], choice);
  const points = asked.filter(({ mode }) => usable.includes(mode));
  return {
    kind: 'transactions',
    schema: transactionsVersion,
    ...runBeginning(flags),
    ...here,
    ...same,
    points,
    // The unsynchronised guest, which all others are held against; without it, the first point.
    twin: Math.max(
      0,
      points.findIndex(({ mode }) => mode === 'none'),
    ),
  };
}

/**
 * Measures into a results file, with a progress bar; what the file already holds of the same run is not measured again.
 * @throws InterruptedError on Ctrl-C, ReplicationError, ResultsError.
 */
export function measureTransactionsInto(path: string, header: TransactionsHeader): Promise<Transactions> {
  return measureRunsInto(path, transactionsFormat, header, (file, signal, progress) =>
    measureTransactions(file, header, ownCommand(), signal, progress),
  );
}
