import type { Synchronisation } from '../analysis/analysis.js';
import { isFinding, roundsForFinding } from '../analysis/coverage.js';
import { type GapCell, type TransactionsAnalysis, unsynchronised } from '../analysis/transactions.js';
import { formatMemory, formatNumber, formatShare } from '../units.js';
import { code } from './prose.js';
import { blocks, type Section, showChart } from './section.js';
import { toMarkdown, toText } from './table.js';
import { gapTable, named } from './transaction-tables.js';

/** What each way to commit, encode and wait makes of the rate. */
export const gapSection: Section<Synchronisation> = {
  heading: 'Closing the gap',
  needs:
    'transactions with several ways to commit or encode, or numbers of connections (`dirtybench table1 --commit --encode --connections --poll-us`)',
  write(context) {
    const { transactions } = context.analysis;
    if (transactions === null || transactions.gap.length === 0) return null;
    return blocks([
      ...showChart('ways', context),
      ...memoriesOf(transactions.gap).flatMap((memoryBytes) => {
        const cells = transactions.gap.filter((cell) => cell.memoryBytes === memoryBytes);
        return [
          intro(transactions, memoryBytes),
          toMarkdown(gapTable(cells, transactions.setting)),
          ...findings(cells, transactions.setting),
        ];
      }),
      ways,
    ]);
  },
};

/** Ways to close the gap as lines for a terminal; none where nothing but Table 1 was measured. */
export function gapText({ gap, setting }: TransactionsAnalysis): string[] {
  return memoriesOf(gap).flatMap((memoryBytes) => {
    const cells = gap.filter((cell) => cell.memoryBytes === memoryBytes);
    return [
      `Closing the gap, at ${formatMemory(memoryBytes)}:`,
      toText(gapTable(cells, setting)),
      ...findings(cells, setting),
    ];
  });
}

function intro({ setting }: TransactionsAnalysis, memoryBytes: number): string {
  return (
    `The paper ends with a gap that remains to the unsynchronised guest. At ${formatMemory(memoryBytes)}, with clients that each wait for their ` +
    `response before they ask again: *of the unsynchronised* is the share of what a guest without a standby answers to as many ` +
    `connections; the other share is of what ${code(setting.commit)} and ${code(setting.encode)} answer to as many. Every way keeps the ` +
    'promise: no response goes out before the standby has acknowledged what it can go on from. *Exchange over the least* is ' +
    'what a transaction waits for the standby, over what a message and its answer of those sizes take between two processes that only sleep until they come, measured beside each run.'
  );
}

const ways = [
  '- `stop` lets the guest stand still until the acknowledgement. Its clients wait for each other.',
  '- `buffered` copies the dirty pages aside and lets the guest run on; the response waits (Remus’ way). It saves the time ' +
    'that the guest stood still, and costs memory for what is on its way and, for each transaction, all the work of an epoch: ' +
    'where processors and not waiting are what is short, it gains little.',
  '- `grouped` lets requests that are there together share one epoch: pages that several of them wrote are found and sent ' +
    'once, and one acknowledgement serves all. It costs the first of them the time of the others, and does nothing for one ' +
    'connection.',
  '- `replay` has the standby log each request before the guest runs it, so that the exchange goes on beside the guest’s work; ' +
    'pages and state follow now and then as checkpoints. It needs a guest that is deterministic given its inputs (one vCPU), memory for the ' +
    'log, and at a takeover the time to run again what came since the last checkpoint.',
  '- *polls*: both sides look for the next message for so long before they sleep. It needs a core for each side that would otherwise be free.',
  '- `xor` sends what differs from the copy last sent, compressed. It saves bytes on the wire, and costs a comparison, and ' +
    'on the primary a second copy of every page that was ever sent. This guest stamps 8 bytes into each page it writes, so ' +
    'that its differences are small; a guest that rewrites whole pages saves less, and where nothing is saved the page goes as it is.',
].join('\n');

/** What was found, in words. */
function findings(cells: readonly GapCell[], setting: TransactionsAnalysis['setting']): string[] {
  const most = Math.max(...cells.map(({ connections }) => connections));
  const rivals = cells
    .filter(({ mode, connections, share }) => mode !== unsynchronised && connections === most && share !== null)
    .toSorted((a, b) => (b.share?.value ?? 0) - (a.share?.value ?? 0));
  const [best] = rivals;
  const sentences = [
    ...(best === undefined ? [] : [`With ${connectionsText(most)} ${nearest(best, rivals)}`]),
    ...cells.flatMap(bytesSentence),
    ...cells.flatMap((cell) => slowSentence(cell, setting)),
  ];
  return sentences.length === 0 ? [] : [sentences.join(' ')];
}

function nearest(best: GapCell, rivals: readonly GapCell[]): string {
  if (!rivals.every(({ share }) => share !== null && isFinding(share))) {
    return `which way comes nearest takes ${roundsForFinding} rounds to say.`;
  }
  return `${wayOf(best)} comes nearest: ${formatShare(best.share?.value ?? 0)} of the unsynchronised.`;
}

/** A way that sends much less, said once it is at least half. */
function bytesSentence(cell: GapCell): string[] {
  if (cell.fewerBytes === null || cell.fewerBytes < 2) return [];
  return [
    `With ${connectionsText(cell.connections)} ${wayOf(cell)} sends ${formatNumber(cell.fewerBytes)} times fewer bytes per transaction.`,
  ];
}

function slowSentence(cell: GapCell, { commit, encode }: TransactionsAnalysis['setting']): string[] {
  const { against } = cell;
  if (against === null || !against.told || against.factor.value > 1) return [];
  return [
    `With ${connectionsText(cell.connections)} ${wayOf(cell)} is **slower**: ${formatShare(against.factor.value)} of the rate with ${code(commit)} and ${code(encode)}.`,
  ];
}

function wayOf({ mode, commit, encode, pollUs }: GapCell): string {
  return `${named(mode)} with ${code(commit)} and ${code(encode)}${pollUs === undefined ? '' : ', polling,'}`;
}

function connectionsText(connections: number): string {
  return connections === 1 ? 'one connection' : `${connections} connections`;
}

function memoriesOf(cells: readonly GapCell[]): number[] {
  return [...new Set(cells.map(({ memoryBytes }) => memoryBytes))];
}
