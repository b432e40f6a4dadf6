import { groupBy } from '../group.js';
import { type Difference, differencesBetween } from './differences.js';
import type { Entry, EntrySeries } from './entry.js';
import { matchesOf, pointKey } from './matching.js';
import { countJudged, coverageOfEach, type Pair, pairsOf } from './pair.js';
import type { Axes, Metric } from './series.js';

/** When a run was, of what, and on which machine. */
export interface RunFacts extends Pick<Entry, 'startedAt' | 'version' | 'commit' | 'host'> {
  readonly cpu: string | null;
  /** How many figures it has: of each point one for each metric. */
  readonly figures: number;
}

/** A run of a history, and what changed with it. */
export interface Step {
  readonly run: RunFacts;
  /** In what it differs from the run before, beside what was measured; nothing for the first. */
  readonly differences: readonly Difference[];
  /** Points that became slower or faster, by the verdict that `compare` has on two files: the slower ones first, of each the largest. */
  readonly changes: readonly Pair[];
  /** Points that were measured before, and of them those of which there are too few rounds for any verdict. */
  readonly compared: number;
  readonly tooFew: number;
}

/** One metric of one point in each run that has it. */
export interface Course {
  readonly metric: Metric;
  readonly subject: string;
  readonly axes: Axes;
  readonly places: readonly CoursePlace[];
}

/** One run of a course. */
export interface CoursePlace extends Pick<EntrySeries, 'median' | 'low' | 'high' | 'withinFloor'> {
  /** Which run of the history, from 0. */
  readonly run: number;
  /** What it is called beside the runs before; null: neither slower nor faster, or there is none before. */
  readonly change: 'slower' | 'faster' | null;
}

/** The history of one host, oldest run first: plain data, from which its page, its chart and its page in the site are made. */
export interface History {
  /** Null: of all runs that do not name theirs. */
  readonly host: string | null;
  readonly threshold: number;
  readonly steps: readonly Step[];
  /** Courses with a change first, the latest change before the others; then detection before marking; else in the order of the runs. */
  readonly courses: readonly Course[];
}

/** A history for each host, in the order in which they first ran. */
export function historiesOf(entries: readonly Entry[], threshold: number): History[] {
  const hosts = groupBy(inTime(entries), ({ host }) => host);
  return [...hosts].map(([host, of]) => ({ host, ...historyOf(of, threshold) }));
}

/**
 * Puts runs beside each other in the order of their time. Each is compared with those before it since the point's last change, their rounds
 * together; the first run on a changed machine is compared with the old one's, later ones only with the new one's. One run has
 * few rounds for verdicts on many points, and how runs differ among themselves is then in what the new one is held against.
 */
function historyOf(entries: readonly Entry[], threshold: number): Omit<History, 'host'> {
  const ordered = entries.map(withoutRepeats);
  const level = new Level();
  const steps = ordered.map((entry, index) => {
    const step = stepOf(ordered[index - 1], level.series, entry, threshold);
    level.add(entry, step);
    return step;
  });
  return { threshold, steps, courses: coursesOf(ordered, steps) };
}

function inTime(entries: readonly Entry[]): Entry[] {
  return entries.toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
}

/** Of points that differ in their conditions alone, as in their number of epochs, a course follows the first. */
function withoutRepeats(entry: Entry): Entry {
  const first = new Map(entry.series.toReversed().map((series) => [pointKey(series), series]));
  return { ...entry, series: entry.series.filter((series) => first.get(pointKey(series)) === series) };
}

function stepOf(before: Entry | undefined, level: readonly EntrySeries[], entry: Entry, threshold: number): Step {
  const run = factsOfRun(entry);
  if (before === undefined) return { run, differences: [], changes: [], compared: 0, tooFew: 0 };
  const { matched } = matchesOf(level, entry.series);
  const coverage = coverageOfEach(countJudged(matched), false);
  const base = { series: level, twins: before.twins };
  const pairs = pairsOf(matched, [base, entry], { coverage, threshold, byTurns: false });
  return {
    run,
    differences: differencesBetween(before.facts, entry.facts, matched),
    changes: pairs.filter(({ verdict }) => verdict === 'slower' || verdict === 'faster'),
    compared: pairs.length,
    tooFew: pairs.filter(({ doubt }) => doubt?.kind === 'few rounds').length,
  };
}

function factsOfRun({ startedAt, version, commit, host, facts, series }: Entry): RunFacts {
  return { startedAt, version, commit, host, cpu: facts.cpu ?? null, figures: series.length };
}

/** What may differ between two runs of one machine, by the names of `factsOf`: the build, and whether others were at work there. */
const passing = ['version', 'others'];

/** What the points came out as since each last changed, on the machine of the last run. */
class Level {
  readonly #series = new Map<string, EntrySeries>();

  get series(): readonly EntrySeries[] {
    return [...this.#series.values()];
  }

  add(entry: Entry, { changes, differences }: Step): void {
    if (differences.some(({ what }) => !passing.includes(what))) this.#series.clear();
    const changed = new Set(changes.map(pointKey));
    for (const series of entry.series) {
      const key = pointKey(series);
      const earlier = changed.has(key) ? [] : (this.#series.get(key)?.values ?? []);
      this.#series.set(key, { ...series, values: [...earlier, ...series.values] });
    }
  }
}

function coursesOf(entries: readonly Entry[], steps: readonly Step[]): Course[] {
  const courses = new Map<string, Course & { readonly places: CoursePlace[] }>();
  entries.forEach((entry, run) => {
    const changed = new Map(steps[run]?.changes.map((pair) => [pointKey(pair), pair.verdict]));
    for (const series of entry.series) {
      const { metric, subject, axes, median, low, high, withinFloor } = series;
      const key = pointKey(series);
      const course = courses.get(key) ?? { metric, subject, axes, places: [] };
      const verdict = changed.get(key);
      const change = verdict === 'slower' || verdict === 'faster' ? verdict : null;
      course.places.push({ run, median, low, high, withinFloor, change });
      courses.set(key, course);
    }
  });
  const latest = ({ places }: Course) => places.findLast(({ change }) => change !== null)?.run ?? -1;
  const aside = ({ metric }: Course) => (metric === 'run' ? 1 : 0);
  return [...courses.values()].sort((a, b) => latest(b) - latest(a) || aside(a) - aside(b));
}
