import { downtimeParts } from '../../results/migrations.js';
import type { Synchronisation } from '../analysis/analysis.js';
import { isFinding, roundsForFinding } from '../analysis/coverage.js';
import { type MigrationCell, type MigrationsAnalysis, queueMode } from '../analysis/migrations.js';
import { inOrder } from '../order.js';
import {
  formatBytes,
  formatCount,
  formatFactor,
  formatMemory,
  formatNumber,
  formatShare,
  formatTime,
} from '../units.js';
import { describeKvm } from './environment.js';
import { brackets, code, figureWithInterval, intervalOf, withInterval } from './prose.js';
import { blocks, reportCommand, type Section, showChart } from './section.js';
import { steadinessText } from './steadiness.js';
import { type Table, toMarkdown, toText } from './table.js';

/** How long a guest that is moved stands still, and why. */
export const migrationsSection: Section<Synchronisation> = {
  heading: 'Live migration: how long the guest stands still',
  needs: 'migrations, measured by `dirtybench downtime` and given with `report --migrations FILE`',
  write(context) {
    const { migrations } = context.analysis;
    if (migrations === null || migrations.cells.length === 0) return null;
    return blocks([
      ranOn(migrations),
      ...contestText(migrations),
      toMarkdown(downtimeTable(migrations)),
      ...showChart('downtime', context),
      'What was sent before the guest stopped and after, means, and the longest that a client waited for a response in the ' +
        'same time without and with the move:',
      toMarkdown(precopyTable(migrations)),
      ...noiseText(migrations),
      verified(migrations),
      ...remarks(migrations),
      reproduce(migrations, reportCommand(context.analysis, '--migrations')),
    ]);
  },
};

/** Downtimes as text for a terminal. */
export function migrationsText(migrations: MigrationsAnalysis): string {
  return [
    ranOn(migrations),
    ...contestText(migrations),
    toText(downtimeTable(migrations)),
    'What was sent before the guest stopped and after, and the longest that a client waited:',
    toText(precopyTable(migrations)),
    ...noiseText(migrations),
    verified(migrations),
    ...remarks(migrations),
  ]
    .map((block) => block.replaceAll(/[`*]/g, ''))
    .join('\n\n');
}

function ranOn({ run, cells }: MigrationsAnalysis): string {
  const { environment: here, connections } = run;
  const guest =
    run.guest === 'kvm'
      ? `Guests on **KVM**: ${describeKvm(here.kvm)}`
      : `**Simulated guests, not KVM** (${run.guestNote})`;
  return (
    `A guest that serves ${connections === 1 ? 'one connection' : `${connections} connections`}, each asking again when answered, is moved to another ` +
    `process on the same machine: its memory while it goes on serving, in rounds, until what it has written meanwhile is ` +
    `expected to fit ${formatNumber(run.downtimeMs)} ms; then it stops, is detected once more, sent, started there, and its ` +
    `clients’ connections are led there. ${guest}; ${here.cpu}, ${here.cores} cores, Linux ${here.kernel}, Node ${here.node}, ` +
    `load ${formatNumber(run.load)} at the start; ${code(run.workload)} writes, ${run.pagesPerTransaction} pages a ` +
    `transaction; each point ${run.rounds} times, in random order, in fresh processes. Medians over ` +
    `rounds${brackets(cells.map(({ downtime }) => downtime))}.`
  );
}

/** The queue beside the others at the most memory, in words. */
function contestText({ cells, contests }: MigrationsAnalysis): string[] {
  const most = Math.max(...cells.map(({ memoryBytes }) => memoryBytes));
  const queue = cells.find(({ mode, memoryBytes }) => mode === queueMode && memoryBytes === most);
  const others = contests.filter(({ memoryBytes }) => memoryBytes === most);
  if (queue === undefined || others.length === 0) return [];
  const sentences = others.map(({ mode, factor, told }) => {
    const other = cells.find((cell) => cell.mode === mode && cell.memoryBytes === most);
    if (!isFinding(factor)) return `with ${code(mode)} ${timesOf(other)}`;
    const verdict = told ? `${formatFactor(factor.value)} of that` : 'no difference that can be told';
    return `with ${code(mode)} ${timesOf(other)}, ${verdict} (${intervalOf(factor, formatFactor)})`;
  });
  const few = others.some(({ factor }) => !isFinding(factor));
  const unsaid = few ? ` Which is shorter takes ${roundsForFinding} rounds to say.` : '';
  return [
    `**At ${formatMemory(most)}** with ${code(queueMode)} the guest stood still for ${timesOf(queue)}; ${sentences.join('; ')}.${unsaid}`,
  ];
}

function timesOf(cell: MigrationCell | undefined): string {
  if (cell === undefined) return '';
  const detection = cell.parts.find(({ part }) => part === 'detection')?.medianNs ?? 0;
  return `${formatTime(cell.downtime.medianNs)}, ${formatTime(detection)} of it detection`;
}

function downtimeTable({ cells }: MigrationsAnalysis): Table {
  return {
    of: 'figures',
    header: ['mode', 'memory', 'downtime', ...downtimeParts],
    rows: byMode(cells).map(({ mode, memoryBytes, downtime, parts }) => [
      code(mode),
      formatMemory(memoryBytes),
      figureWithInterval({ ...downtime, withinFloor: false }),
      ...parts.map(({ medianNs }) => formatTime(medianNs)),
    ]),
  };
}

function precopyTable({ cells }: MigrationsAnalysis): Table {
  return {
    of: 'figures',
    header: ['mode', 'memory', 'rounds', 'pages', 'bytes', 'pages at the end', 'wait before', 'wait during'],
    rows: byMode(cells).map((cell) => [
      code(cell.mode),
      formatMemory(cell.memoryBytes),
      formatNumber(cell.precopyRounds),
      formatCount(cell.precopyPages),
      formatBytes(cell.precopyBytes),
      formatNumber(cell.lastPages),
      formatTime(cell.waitBefore.medianNs),
      formatTime(cell.waitDuring.medianNs),
    ]),
  };
}

function noiseText({ noise }: MigrationsAnalysis): string[] {
  if (noise === null) return [];
  const { mode, memoryBytes, difference } = noise;
  if (!isFinding(difference)) return [`**Noise:** not known: it takes ${roundsForFinding} rounds.`];
  return [
    `**Noise:** ${code(mode)} at ${formatMemory(memoryBytes)} was measured twice in each round: the second differs by ` +
      `${withInterval(difference, formatShare)}. What differs by less is not a difference.`,
  ];
}

function byMode(cells: readonly MigrationCell[]): MigrationCell[] {
  return inOrder(cells.map(({ mode }) => mode)).flatMap((mode) => cells.filter((cell) => cell.mode === mode));
}

function verified({ runs, transactions }: MigrationsAnalysis): string {
  return (
    `In each of ${runs} rounds both sides held the same memory and vCPU state when the guest changed over, byte for byte, and ` +
    `every one of the ${formatCount(transactions)} transactions that were acknowledged before, during and after was there.`
  );
}

/** What the reader must know to trust the figures, each a line of a list. */
function remarks({ run, runs, runsAsked, cells, steadiness, warnings }: MigrationsAnalysis): string[] {
  const lines = [
    ...run.unavailable.map(({ mode, why, remedy }) => `${code(mode)} is left out: ${why}. **Remedy:** ${remedy}`),
    ...cells
      .filter(({ notConverged }) => notConverged > 0)
      .map(
        ({ mode, memoryBytes, notConverged, rounds }) =>
          `${code(mode)} at ${formatMemory(memoryBytes)} did not converge in ${notConverged} of ${rounds} rounds and was stopped all the same`,
      ),
    ...(runs < runsAsked
      ? [`${runs} of ${runsAsked} rounds were finished. **Remedy:** the same command goes on from there`]
      : []),
    ...steadinessText(steadiness, 'times are too long'),
    ...warnings,
  ];
  return lines.length === 0 ? [] : [lines.map((line) => `- ${line}.`).join('\n')];
}

function reproduce({ run }: MigrationsAnalysis, again: string): string {
  return (
    `To measure it again (dirtybench ${run.version}, seed ${run.seed}, begun ${run.startedAt}):\n\n` +
    `\`\`\`sh\n${run.command}\n\`\`\`\n\n` +
    `Every move with its pre-copy rounds is in \`migrations.jsonl\` beside this report, and ${again} puts another in its place.`
  );
}
