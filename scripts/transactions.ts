import { availability } from '../guests/availability.js';
import { readEnvironment, readLoad } from '../measure/environment.js';
import { UsageError } from '../measure/problem.js';
import { type GuestChoice, type ModeName, modes } from '../replication/modes.js';
import { measureTransactions } from '../replication/transactions.js';
import { TransactionsFile, type TransactionsHeader, transactionsVersion } from '../results/transactions.js';
import { trackers } from '../trackers/registry.js';
import { InterruptedError } from './interrupted.js';
import { ProgressBar } from './progress.js';
import { version } from './version.js';

/** What is to be measured of transactions. */
export interface TransactionSettings
  extends Pick<
    TransactionsHeader,
    | 'command'
    | 'workload'
    | 'pagesPerTransaction'
    | 'connections'
    | 'requestBytes'
    | 'responseBytes'
    | 'seconds'
    | 'warmupSeconds'
    | 'rounds'
    | 'seed'
  > {
  readonly memories: readonly number[];
  readonly modes: readonly ModeName[];
}

/**
 * The first line of the results file of a run that begins now on this machine.
 * @throws UsageError if no mode can run here.
 */
export function makeTransactionsHeader(settings: TransactionSettings, choice: GuestChoice): TransactionsHeader {
  const { memories, modes: asked, ...same } = settings;
  const { guest, guestNote } = chooseGuest(choice);
  const modesHere = asked.map((mode) => {
    const here = guest === 'kvm' ? availability(trackers[modes[mode].kvm]) : ({ works: true } as const);
    return { mode, here };
  });
  const usable = modesHere.filter(({ here }) => here.works).map(({ mode }) => mode);
  if (usable.length === 0) throw new UsageError(`no mode of ${asked.join(', ')} runs here: try --guest simulated`);
  return {
    kind: 'transactions',
    schema: transactionsVersion,
    version,
    startedAt: new Date().toISOString(),
    environment: readEnvironment(),
    load: readLoad(),
    guest,
    guestNote,
    ...same,
    points: memories.flatMap((memoryBytes) => usable.map((mode) => ({ mode, memoryBytes }))),
    twin: Math.max(0, usable.indexOf('none')),
    unavailable: modesHere.flatMap(({ mode, here }) =>
      here.works ? [] : [{ mode, why: here.why, remedy: here.remedy }],
    ),
  };
}

function chooseGuest(choice: GuestChoice): Pick<TransactionsHeader, 'guest' | 'guestNote'> {
  if (choice === 'simulated') return { guest: 'simulated', guestNote: 'simulated, as asked' };
  const here = availability(trackers[modes.none.kvm]);
  if (here.works || choice === 'kvm') return { guest: 'kvm', guestNote: 'KVM' };
  return { guest: 'simulated', guestNote: `SIMULATED, no KVM: ${here.why}; what helps: ${here.remedy}` };
}

/**
 * Measures into a results file, with a progress bar; what the file already holds of the same run is not measured again.
 * @throws InterruptedError on Ctrl-C, ReplicationError, ResultsError.
 */
export async function measureTransactionsInto(path: string, header: TransactionsHeader): Promise<void> {
  for (const { mode, why, remedy } of header.unavailable) say(`left out: ${mode}: ${why}; what helps: ${remedy}`);
  say(`guest: ${header.guestNote}`);
  const file = TransactionsFile.open(path, header);
  if (file.held.length > 0) say(`going on after ${file.held.length} finished runs`);
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt);
  const bar = new ProgressBar();
  try {
    const command = [process.execPath, process.argv[1] ?? ''];
    await measureTransactions(file, header, command, interrupt.signal, (progress) => bar.show(progress));
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    throw new InterruptedError(`interrupted: what is finished is kept in ${path}; the same command goes on from there`);
  } finally {
    bar.stop();
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
    file.close();
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
