import type { History, Step } from '../analysis/compare/course.js';
import type { Pair } from '../analysis/compare/pair.js';
import { namePoint } from '../axes.js';
import { formatRatio, formatShare } from '../units.js';
import { code, nothing } from './prose.js';
import { blocks } from './section.js';
import { toMarkdown } from './table.js';

/** First line of the page of a history: what has it is replaced, and nothing else. */
export const historyMark = '<!-- made by dirtybench report --history -->';

/** The page of a history. `chart`: where its picture is, from there; null for none. */
export function historyMarkdown(history: History, chart: string | null): string {
  const { steps, threshold } = history;
  const parts = [
    '# The course of the figures',
    `${steps.length === 1 ? 'One run' : `${steps.length} runs`}, each compared with those before it since the point’s last change, on the same machine, as \`dirtybench compare\` does it: *slower* and *faster* are beyond ` +
      `${formatShare(threshold)}, beyond what one point measured twice differs by, and beyond how far the other trackers moved. Two moments of one machine ` +
      'differ by more than their rounds show: a change found here is sure when it stays, or when `measure --against` finds it too.',
    ...(chart === null ? [] : [`![Each point’s course over the runs, with the changes that were found](${chart})`]),
    '## Runs',
    runsTable(steps),
    '## Changes',
    changesTable(steps) ?? 'None was found.',
  ];
  return `${historyMark}\n${blocks(parts)}\n`;
}

function runsTable(steps: readonly Step[]): string {
  return toMarkdown({
    of: 'words',
    header: ['run', 'version', 'commit', 'machine', 'points', 'changed', 'too few rounds', 'what else differs'],
    rows: steps.map(({ entry, changes, compared, tooFew, differences }) => [
      entry.startedAt.slice(0, 16).replace('T', ' '),
      entry.version,
      entry.commit === null ? nothing : code(shortCommit(entry.commit)),
      [entry.host, entry.facts.cpu].filter((each) => each !== null && each !== undefined).join(', ') || nothing,
      String(entry.series.length),
      compared === 0 ? nothing : `${changes.length} of ${compared}`,
      compared === 0 ? nothing : String(tooFew),
      differences.map(({ what, base, new: now }) => `${what}: ${base}, now ${now}`).join('; ') || nothing,
    ]),
  });
}

function shortCommit(commit: string): string {
  return commit.replace(/^([\da-f]{12})[\da-f]*/, '$1');
}

function changesTable(steps: readonly Step[]): string | null {
  const found = steps.flatMap(({ entry, changes }) => changes.map((pair) => ({ entry, pair })));
  if (found.length === 0) return null;
  const points = found.map(({ pair }) => pair.axes);
  return toMarkdown({
    of: 'figures',
    header: ['run', 'point', 'metric', 'ratio', 'interval', 'verdict'],
    rows: found.map(({ entry, pair }) => [
      entry.startedAt.slice(0, 16).replace('T', ' '),
      namePoint(pair.axes, points),
      pair.metric,
      ...ratioTexts(pair),
      `**${pair.verdict}**`,
    ]),
  });
}

function ratioTexts({ ratio }: Pair): [string, string] {
  if (ratio === null) return [nothing, nothing];
  return [formatRatio(ratio.ratio), `${formatRatio(ratio.low)} to ${formatRatio(ratio.high)}`];
}
