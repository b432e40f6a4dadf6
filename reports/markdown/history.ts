import type { Course, CoursePlace, History, Step } from '../analysis/compare/course.js';
import type { Pair } from '../analysis/compare/pair.js';
import { metrics } from '../analysis/compare/series.js';
import { namePoint } from '../axes.js';
import { formatNumber, formatRatio, formatShare, formatTime } from '../units.js';
import { beyondOthers } from './doubt.js';
import { code, listed, nothing, withinFloor } from './prose.js';
import { blocks } from './section.js';
import { type Table, toMarkdown } from './table.js';

/** First line of the page of a history: what has it is replaced, and nothing else. */
export const historyMark = '<!-- made by dirtybench report --history -->';

/** The history of one host, and where its chart is from the page; null for none. */
export interface Charted {
  readonly history: History;
  readonly chart: string | null;
}

/** The page of a history, with a part for each host where there are several. At least one has a run. */
export function historyMarkdown(hosts: readonly Charted[]): string {
  const histories = hosts.map(({ history }) => history);
  const several = hosts.length > 1;
  const parts = [
    '# The course of the figures',
    historySentence(histories),
    historyRule(histories[0]?.threshold ?? 0),
    ...hosts.flatMap((host) => (several ? [`## ${hostName(host.history)}`] : []).concat(partOf(host, several ? 3 : 2))),
  ];
  return `${historyMark}\n${blocks(parts)}\n`;
}

function partOf({ history, chart }: Charted, depth: number): string[] {
  const level = '#'.repeat(depth);
  const changes = changesTable(history.steps);
  return [
    `${level} Runs`,
    toMarkdown(runsTable(history.steps)),
    `${level} Changes`,
    changes === null ? 'None was found.' : toMarkdown(changes),
    ...(chart === null ? [] : [`![Each point’s course over the runs, with the changes that were found](${chart})`]),
  ];
}

/** What a history's runs are called together: their host's name, or that they have none. */
export function hostName({ host }: Pick<History, 'host'>): string {
  return host ?? 'hosts without a name';
}

/** How many runs there are, and what the last of each host found: the answer of the page, in a sentence. */
export function historySentence(histories: readonly History[]): string {
  const runs = histories.reduce((sum, { steps }) => sum + steps.length, 0);
  const on = histories.length === 1 ? '' : ` on ${histories.length} hosts`;
  const found = histories.flatMap((history) => {
    const last = history.steps.at(-1);
    return last === undefined ? [] : [lastText(last, histories.length === 1 ? '' : ` on ${hostName(history)}`)];
  });
  return `${runs === 1 ? 'One run' : `${runs} runs`}${on}: ${listed(found)}.`;
}

function lastText({ run, compared, tooFew, changes }: Step, where: string): string {
  const which = `the last${where}, of ${dayOf(run.startedAt)},`;
  if (compared === 0) return `${which} has nothing before it to compare with`;
  const few = tooFew === 0 ? '' : ` (${tooFew} have too few rounds for any verdict)`;
  return `${which} changed ${changes.length} of ${compared} figures${few}`;
}

/** By what rule a point is called slower or faster. */
export function historyRule(threshold: number): string {
  return (
    `Each run is compared with those before it since the point’s last change, on the same machine, as \`dirtybench compare\` does it: *slower* and *faster* are beyond ${formatShare(threshold)}, ` +
    `beyond what one point measured twice differs by, and ${beyondOthers}. Two moments of one machine ` +
    'differ by more than their rounds show: a change found here is certain when it stays, or when `measure --against` finds it too.'
  );
}

/** The runs of one host, a row for each. */
export function runsTable(steps: readonly Step[]): Table {
  return {
    of: 'words',
    header: ['run', 'version', 'commit', 'machine', 'figures', 'changed', 'too few rounds', 'what else differs'],
    rows: steps.map(({ run, changes, compared, tooFew, differences }) => [
      minuteOf(run.startedAt),
      run.version,
      run.commit === null ? nothing : code(shortCommit(run.commit)),
      [run.host, run.cpu].filter((each) => each !== null).join(', ') || nothing,
      String(run.figures),
      compared === 0 ? nothing : `${changes.length} of ${compared}`,
      compared === 0 ? nothing : String(tooFew),
      differences.map(({ what, base, new: now }) => `${what}: ${base}, now ${now}`).join('; ') || nothing,
    ]),
  };
}

/** When a run began, as a page shows it: `2026-11-27 15:44`. */
function minuteOf(startedAt: string): string {
  return startedAt.slice(0, 16).replace('T', ' ');
}

function dayOf(startedAt: string): string {
  return startedAt.slice(0, 10);
}

function shortCommit(commit: string): string {
  return commit.replace(/^([\da-f]{12})[\da-f]*/, '$1');
}

/** Every change that was found on one host, the first run's first; null where there is none. */
export function changesTable(steps: readonly Step[]): Table | null {
  const found = steps.flatMap(({ run, changes }) => changes.map((pair) => ({ run, pair })));
  if (found.length === 0) return null;
  const points = found.map(({ pair }) => pair.axes);
  return {
    of: 'figures',
    header: ['run', 'point', 'metric', 'ratio', 'interval', 'verdict'],
    rows: found.map(({ run, pair }) => [
      minuteOf(run.startedAt),
      namePoint(pair.axes, points),
      pair.metric,
      ...ratioTexts(pair),
      `**${pair.verdict}**`,
    ]),
  };
}

function ratioTexts({ ratio }: Pair): [string, string] {
  if (ratio === null) return [nothing, nothing];
  return [formatRatio(ratio.ratio), `${formatRatio(ratio.low)} to ${formatRatio(ratio.high)}`];
}

/** What these points came out as in each run, with what changed marked: a row for each point, a column for each run. */
export function coursesTable(courses: readonly Course[], steps: readonly Step[]): Table {
  const points = courses.map(({ axes }) => axes);
  return {
    of: 'figures',
    header: ['point', ...steps.map(({ run }) => minuteOf(run.startedAt))],
    rows: courses.map((course) => [
      namePoint(course.axes, points),
      ...steps.map((_, run) => {
        const place = course.places.find((each) => each.run === run);
        return place === undefined ? nothing : placeText(course, place);
      }),
    ]),
  };
}

function placeText({ metric }: Course, { median, withinFloor: isFloor, change }: CoursePlace): string {
  const written = metrics[metric].unit === 'ns' ? formatTime(median) : formatNumber(median);
  return `${isFloor ? withinFloor : written}${change === null ? '' : ` **${change}**`}`;
}
