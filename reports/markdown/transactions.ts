import type { Synchronisation } from '../analysis/analysis.js';
import { isFinding, roundsForFinding } from '../analysis/coverage.js';
import type { Estimate } from '../analysis/estimate.js';
import { groupBy } from '../analysis/group.js';
import type { Growth, TransactionsAnalysis } from '../analysis/transactions.js';
import { formatBytes, formatMemory, formatNumber, formatShare } from '../units.js';
import { describeKvm } from './environment.js';
import { gapText } from './gap.js';
import { brackets, code, listed, withInterval } from './prose.js';
import { blocks, reportCommand, type Section, showChart } from './section.js';
import { steadinessText } from './steadiness.js';
import { toMarkdown, toText } from './table.js';
import { latencyTable, named, ratesTable, sharesTable, splitTable } from './transaction-tables.js';

/** Transactions measured end to end, with a standby and without. */
export const transactionsSection: Section<Synchronisation> = {
  heading: 'Table 1, measured again end to end',
  needs: 'transactions, measured by `dirtybench table1` and given with `report --transactions FILE`',
  write(context) {
    const { transactions } = context.analysis;
    if (transactions === null || transactions.cells.length === 0) return null;
    return blocks([
      ranOn(transactions),
      modes,
      toMarkdown(ratesTable(transactions)),
      'Columns that begin with *paper* are printed there; the others were **measured** here, end to end: medians over ' +
        `rounds${brackets(coveringsOf(transactions))}. As shares:`,
      toMarkdown(sharesTable(transactions)),
      ...growthText(transactions),
      noiseText(transactions),
      ...showChart('transactions-by-memory', context),
      ...showChart('transaction-split', context),
      'The same data as a table (medians). *Wire* is the way of the frame to the standby, *standby* its work there, and only ' +
        'after the *acknowledgement* may the response go out; *client, loopback* is what the client saw beyond the stages.',
      toMarkdown(splitTable(transactions)),
      'What the client saw of all transactions, and what one sent to the standby. Transactions per second follow the mean, ' +
        'in which the late ones count in full.',
      toMarkdown(latencyTable(transactions)),
      ...verifiedText(transactions),
      ...remarks(transactions),
      reproduce(transactions, reportCommand(context.analysis, '--transactions')),
    ]);
  },
};

/** The measured Table 1, the split of each mode's transactions, and what the figures hold by, as text for a terminal. */
export function transactionsText(transactions: TransactionsAnalysis): string {
  return [
    ranOn(transactions),
    toText(ratesTable(transactions)),
    `Medians over rounds${brackets(coveringsOf(transactions))}.`,
    toText(sharesTable(transactions)),
    ...growthText(transactions),
    noiseText(transactions),
    'Where the time of a transaction goes, medians:',
    toText(splitTable(transactions)),
    'What the client saw, and what a transaction sent to the standby:',
    toText(latencyTable(transactions)),
    ...gapText(transactions),
    ...verifiedText(transactions),
    ...remarks(transactions),
  ]
    .map((block) => block.replaceAll(/[`*]/g, ''))
    .join('\n\n');
}

function coveringsOf({ cells }: TransactionsAnalysis): Estimate[] {
  return cells.map(({ tps }) => tps);
}

const modes =
  'A client sends a request over TCP and waits for the response. *Not synchronised*, the guest answers at once. Otherwise ' +
  'it is stopped at each response, its dirty pages are found and sent with its vCPU state to a standby in another process, ' +
  'and the response waits for the acknowledgement. The ways to find the pages: `kvm-flags` is the conventional one, KVM’s ' +
  'log copied into one flag per page and every flag looked at; `kvm-bitmap` looks at every word of that log; `kvm-ring` is ' +
  'the queue, KVM’s dirty ring.';

function ranOn({ run, setting }: TransactionsAnalysis): string {
  const { environment: here, pagesPerTransaction, requestBytes, responseBytes, seconds } = run;
  const { connections, commit, encode } = setting;
  const described = commit === 'stop' && encode === 'raw' ? '' : `, committed ${code(commit)}, encoded ${code(encode)}`;
  const guest =
    run.guest === 'kvm'
      ? `Guests on **KVM**: ${describeKvm(here.kvm)}.`
      : `**Simulated guests, not KVM** (${run.guestNote}): software trackers stand in for KVM’s, and the guest’s own work is next to nothing.`;
  return (
    `${guest} The host: ${here.cpu}, ${here.cores} cores, Linux ${here.kernel}, Node ${here.node}, load ${formatNumber(run.load)} ` +
    `at the start. Client, primary and standby share the machine and talk over loopback. ${code(run.workload)} writes, ` +
    `${pagesPerTransaction} pages per transaction, ${formatBytes(requestBytes)} asked and ${formatBytes(responseBytes)} answered, ` +
    `${connections === 1 ? 'one connection' : `${connections} connections`}${described}; each point ` +
    `${run.rounds} times for ${formatNumber(seconds)} s, in random order, in fresh processes.`
  );
}

/** What more memory does to the modes, in words: together those that were measured from the same memory to the same. */
function growthText({ growth }: TransactionsAnalysis): string[] {
  return [...groupBy(growth, ({ fromBytes, toBytes }) => `${fromBytes} ${toBytes}`).values()].flatMap(growthBetween);
}

function growthBetween(growth: readonly Growth[]): string[] {
  const [first] = growth;
  if (first === undefined) return [];
  const told = growth.filter((each) => each.told);
  const untold = growth.filter((each) => !each.told && isFinding(each.factor)).map(({ mode }) => named(mode));
  const few = growth.filter(({ factor }) => !isFinding(factor)).map(({ mode }) => named(mode));
  const changes = told.map(({ mode, factor }) => {
    const verb = factor.value < 1 ? 'falls' : 'rises';
    return `${named(mode)} ${verb} to ${formatShare(factor.value)}`;
  });
  const sentences = [
    ...(changes.length === 0 ? [] : [`${listed(changes)}.`]),
    ...(untold.length === 0 ? [] : [`No change can be told, beyond intervals and noise, for ${listed(untold)}.`]),
    ...(few.length === 0 ? [] : [`Whether it changes ${listed(few)} takes ${roundsForFinding} rounds to say.`]),
  ];
  return [`**From ${formatMemory(first.fromBytes)} to ${formatMemory(first.toBytes)}:** ${sentences.join(' ')}`];
}

function noiseText({ noise }: TransactionsAnalysis): string {
  if (noise.kind === 'absent') return `**Noise:** not known: ${noise.why}.`;
  if (!isFinding(noise.difference)) return `**Noise:** not known: it takes ${roundsForFinding} rounds.`;
  return (
    `**Noise:** ${named(noise.mode)} at ${formatMemory(noise.memoryBytes)} was measured twice in each round: the second ` +
    `differs by ${withInterval(noise.difference, formatShare)}. What differs by less is not a difference.`
  );
}

function verifiedText({ verifiedRuns }: TransactionsAnalysis): string[] {
  if (verifiedRuns === 0) return [];
  return [
    `After each of ${verifiedRuns} synchronised rounds the standby held what the primary had, byte for byte, memory and vCPU state.`,
  ];
}

/** What the reader must know to trust the figures, each a line of a list. */
function remarks({
  run,
  runs,
  runsAsked,
  silentRuns,
  sharedClock,
  steadiness,
  warnings,
}: TransactionsAnalysis): string[] {
  const lines = [
    ...run.unavailable.map(({ mode, why, remedy }) => `${code(mode)} is left out: ${why}. **Remedy:** ${remedy}`),
    ...(runs < runsAsked
      ? [`${runs} of ${runsAsked} rounds were finished. **Remedy:** the same command goes on from there`]
      : []),
    ...(silentRuns > 0 ? [`${silentRuns} rounds in which nothing was answered are in no figure`] : []),
    ...(sharedClock
      ? []
      : ['Primary and standby read different clocks: wire and acknowledgement share equally what is between them']),
    ...steadinessText(steadiness, 'rates are too low'),
    ...warnings,
  ];
  return lines.length === 0 ? [] : [lines.map((line) => `- ${line}.`).join('\n')];
}

function reproduce({ run }: TransactionsAnalysis, again: string): string {
  return (
    `To measure it again (dirtybench ${run.version}, seed ${run.seed}, begun ${run.startedAt}):\n\n` +
    `\`\`\`sh\n${run.command}\n\`\`\`\n\n` +
    '`dirtybench table1` measures other sizes, or for longer, as its options say; every round with its histogram is in ' +
    `\`transactions.jsonl\` beside this report, and ${again} puts another in its place.`
  );
}
