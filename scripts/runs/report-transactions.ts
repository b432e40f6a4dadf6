import type { BeginningFlags } from '../../measure/beginning.js';
import type { ModeName } from '../../replication/guest/modes.js';
import type { Companion } from './companion.js';
import { asInPaper, gapPoints, pointsOf } from './points.js';
import { makeTransactionsHeader, measureTransactionsInto } from './transactions.js';

const MiB = 2 ** 20;
const large = 4096 * MiB;
const memories = [512 * MiB, large];

const modes: ModeName[] = ['none', 'kvm-flags', 'kvm-ring'];
/** All that `dirtybench table1` would measure of what closes the gap. */
const wholeGap = gapPoints({ memories, modes });
/** Of that only the most that does, and what it is held against: each point takes five rounds. */
const gap = wholeGap.filter(
  ({ commit, encode, connections, pollUs }) =>
    (commit === 'replay' && pollUs === undefined) ||
    (connections > 1 && (commit === 'stop' || (commit === 'grouped' && encode === 'xor'))),
);

const table = {
  command:
    'dirtybench table1 --memory 4G --tracker none,kvm-flags,kvm-ring --commit stop --encode raw --connections 1 --rounds 5 --duration 0.5',
  points: pointsOf({ memories: [large], modes, ...asInPaper }),
  workload: 'netperf-rr',
  pagesPerTransaction: 16,
  requestBytes: 128,
  responseBytes: 128,
  rounds: 5,
  seconds: 0.5,
  warmupSeconds: 6,
  seed: 1,
} as const;
const withGap = {
  ...table,
  command:
    'dirtybench table1 --memory 512M,4G --tracker none,kvm-flags,kvm-ring --rounds 5 --duration 0.5' +
    `   # with ${wholeGap.length - gap.length} more points, of what closes the gap`,
  points: [...pointsOf({ memories, modes, ...asInPaper }), ...gap],
} as const;

/**
 * The short form of `dirtybench table1` that a report includes: the row of Table 1 that says most, in two minutes; in the published
 * one two rows, and what closes the gap.
 */
export function transactionsCompanion(published: boolean, flags: BeginningFlags): Companion {
  const settings = published ? withGap : table;
  return {
    name: 'transactions',
    announcement: 'measuring transactions end to end, with a standby',
    measure: (path) => measureTransactionsInto(path, makeTransactionsHeader(settings, 'auto', flags)),
  };
}
