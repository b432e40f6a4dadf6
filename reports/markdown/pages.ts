import type { Analysis, Synchronisation } from '../analysis/analysis.js';
import { isFinding } from '../analysis/coverage.js';
import { queueMode } from '../analysis/migrations.js';
import { isContender } from '../analysis/role.js';
import { isReal, isRecorded, isSingle } from '../analysis/setting.js';
import { unsynchronised } from '../analysis/transactions.js';
import { inOrder } from '../order.js';
import { formatFactor, formatMemory, formatShare, formatTime } from '../units.js';
import { armingSection } from './arming.js';
import { cachesSection } from './caches.js';
import { documentSection } from './document.js';
import { environmentSection } from './environment.js';
import { gapSection } from './gap.js';
import { guestsSection } from './guests.js';
import { hostsSection } from './hosts.js';
import { librariesSection } from './libraries.js';
import { limitsSection } from './limits.js';
import { methodSection } from './method.js';
import { migrationsSection } from './migrations.js';
import { noiseSection } from './noise.js';
import { programsSection } from './programs.js';
import { code, listed } from './prose.js';
import { publishedSection } from './published.js';
import { realSection } from './real.js';
import { reproduceSection } from './reproduce.js';
import { runningSection } from './running.js';
import { snapshotsSection } from './snapshots.js';
import { table1Section } from './table1.js';
import { transactionsSection } from './transactions.js';
import { warningsSection } from './warnings.js';

/** The pages beside `report.md`, in its order; each is a file of that name. */
export const pageNames = [
  'detection',
  'real-kernel',
  'table1',
  'end-to-end',
  'migration',
  'programs',
  'limits',
  'libraries',
  'method',
  'fields',
] as const;

/** One of them. */
export type PageName = (typeof pageNames)[number];

interface Page {
  readonly title: string;
  /** What a reader comes to it with. */
  readonly question: string;
  /** The page's own answer, in a sentence or two; null where the sweep has none. */
  answer(analysis: Analysis): string | null;
}

/** What each page is. */
export const pages: Record<PageName, Page> = {
  detection: {
    title: 'Detection, simulated',
    question: 'How does each scheme’s cost grow with memory and with pages, and which wins where?',
    answer: (analysis) => growth(analysis, (guest) => !isReal({ guest })),
  },
  'real-kernel': {
    title: 'On the real kernel',
    question: 'What does it cost with what KVM and Linux have for it?',
    answer: (analysis) => growth(analysis, (guest) => isReal({ guest })),
  },
  table1: {
    title: 'The paper’s Table 1',
    question: 'What would each tracker make of the paper’s measurements?',
    answer: ({ table1: { derived } }) =>
      `Even if detection cost nothing, the paper’s setup would reach ${Math.round(derived.ceilingTps)} transactions per second and no more: the rest of a synchronisation still takes its time.`,
  },
  'end-to-end': {
    title: 'End to end',
    question: 'How much of that remains where every response waits for a standby?',
    answer: ({ transactions }) => rates({ transactions, migrations: null }),
  },
  migration: {
    title: 'Live migration',
    question: 'How long is a guest paused while it is moved?',
    answer: ({ migrations }) => downtimes({ transactions: null, migrations }),
  },
  programs: {
    title: 'Real programs',
    question: 'What does it cost Redis, SQLite or PostgreSQL for each response?',
    answer: programAnswer,
  },
  limits: {
    title: 'Limits of the machine',
    question: 'How much faster could each scheme be?',
    answer: limitAnswer,
  },
  libraries: {
    title: 'Sets from libraries',
    question: 'Would a set from npm do as well?',
    answer: libraryAnswer,
  },
  method: {
    title: 'Method, noise and machine',
    question: 'Why believe it, and how is it measured again?',
    answer: ({ run, noise }) =>
      `${run.rounds} rounds and ${run.epochs} epochs, every collect checked against what was written` +
      (noise.kind === 'absent' || !isFinding(noise.difference)
        ? '.'
        : `; one point measured twice differed by ${formatShare(noise.share)}, and anything smaller is called a tie.`),
  },
  fields: {
    title: 'Fields of analysis.json',
    question: 'What does each field mean?',
    answer: () => null,
  },
};

/** The page of each section that is not on that of simulated detection. */
const placed = new Map<object, PageName>([
  [hostsSection, 'method'],
  [table1Section, 'table1'],
  [publishedSection, 'table1'],
  [transactionsSection, 'end-to-end'],
  [gapSection, 'end-to-end'],
  [migrationsSection, 'migration'],
  [realSection, 'real-kernel'],
  [armingSection, 'real-kernel'],
  [runningSection, 'real-kernel'],
  [guestsSection, 'real-kernel'],
  [snapshotsSection, 'real-kernel'],
  [programsSection, 'programs'],
  [limitsSection, 'limits'],
  [cachesSection, 'limits'],
  [librariesSection, 'libraries'],
  [noiseSection, 'method'],
  [warningsSection, 'method'],
  [environmentSection, 'method'],
  [methodSection, 'method'],
  [reproduceSection, 'method'],
  [documentSection, 'fields'],
]);

/** The page that a section is on. */
export function pageOf(section: object): PageName {
  return placed.get(section) ?? 'detection';
}

/** Which schemes grow with memory and which do not, by their models of uniform writes with cold caches. */
function growth({ models }: Analysis, isMeant: (guest: string) => boolean): string | null {
  const meant = models.filter(
    (model) =>
      isMeant(model.guest) &&
      !isRecorded(model) &&
      model.workload === 'uniform' &&
      model.cache === 'l2-cold' &&
      isSingle(model) &&
      model.points > 1 &&
      isContender(model),
  );
  const named = (verdict: string) =>
    listed(inOrder(meant.filter((model) => model.verdict === verdict).map(({ scheme }) => scheme)).map(code));
  const [grow, stay, unsure] = ['grows with memory', 'does not', 'cannot say'].map(named);
  const parts = [
    grow === '' ? '' : `The more memory the guest has, the longer detection takes with ${grow}.`,
    stay === '' ? '' : `With ${stay} it does not depend on memory.`,
    unsure === '' ? '' : `Of ${unsure} this run cannot say.`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? null : parts.join(' ');
}

function rates({ transactions }: Synchronisation): string | null {
  if (transactions === null || transactions.cells.length === 0) return null;
  const most = Math.max(...transactions.cells.map(({ memoryBytes }) => memoryBytes));
  const each = transactions.cells
    .filter(({ memoryBytes }) => memoryBytes === most)
    .map(
      ({ mode, tps }) =>
        `${Math.round(tps.value)} ${mode === unsynchronised ? 'without a standby' : `with ${code(mode)}`}`,
    );
  return `Transactions per second of a guest with ${formatMemory(most)}: ${listed(each)}.`;
}

function downtimes({ migrations }: Synchronisation): string | null {
  if (migrations === null || migrations.cells.length === 0) return null;
  const most = Math.max(...migrations.cells.map(({ memoryBytes }) => memoryBytes));
  const largest = migrations.cells.filter(({ memoryBytes }) => memoryBytes === most);
  const each = largest.map(({ mode, downtime }) => `${formatTime(downtime.medianNs)} with ${code(mode)}`);
  const contests = migrations.contests.filter(({ memoryBytes }) => memoryBytes === most);
  const untold = contests.length > 0 && contests.every(({ told }) => !told);
  return `Moving a guest of ${formatMemory(most)} pauses it for ${listed(each)}${untold ? `: no difference from ${code(queueMode)} can be told` : ''}.`;
}

function programAnswer({ programs }: Analysis): string | null {
  const [first] = programs;
  if (first === undefined) return null;
  const cheapest = new Set(programs.flatMap(({ costs }) => costs[0]?.scheme ?? []));
  const ratios = programs.flatMap(({ costs }) => {
    const [best, worst] = [costs[0], costs.at(-1)];
    return best === undefined || worst === undefined ? [] : worst.collect.medianNs / Math.max(1, best.collect.medianNs);
  });
  const programsNamed = programs.length === 1 ? 'one recorded program' : `${programs.length} recorded programs`;
  return `For ${programsNamed}, detection per response is cheapest with ${listed(inOrder([...cheapest]).map(code))}; the slowest scheme takes up to ${formatFactor(Math.max(...ratios))} as long.`;
}

function limitAnswer({ limits }: Analysis): string | null {
  const told = limits.filter(({ withinFloor }) => !withinFloor);
  const nearest = told.toSorted((a, b) => a.ratio.value - b.ratio.value);
  const [first, last] = [nearest[0], nearest.at(-1)];
  if (first === undefined || last === undefined) return null;
  return `A collect takes from ${formatFactor(first.ratio.value)} (${code(first.scheme)}) to ${formatFactor(last.ratio.value)} (${code(last.scheme)}) as long as this machine needs to read or touch what it must.`;
}

function libraryAnswer({ libraries }: Analysis): string | null {
  const contests = libraries.filter(({ scheme, cost }) => scheme === 'flag-queue' && cost === 'total');
  if (contests.length === 0) return null;
  const sum = (of: (contest: (typeof contests)[number]) => number) =>
    contests.reduce((total, contest) => total + of(contest), 0);
  return `${code('flag-queue')}, marking included, costs less than a library’s set in ${sum(({ cheaper }) => cheaper)} of ${sum(({ cells }) => cells)} comparisons, and more in ${sum(({ dearer }) => dearer.length)}.`;
}
