import type { TopLevelSpec } from 'vega-lite';
import type { Course, CoursePlace, History } from '../analysis/compare/course.js';
import { namePoint } from '../axes.js';
import { formatRatio, formatShare } from '../units.js';
import { chartWidth, faintInk, theme } from './theme.js';

/** Above this many points a chart is no picture any more: those whose last change is the longest ago are left out. */
const mostCourses = 50;

/** Red and blue differ to every eye; the shape says which way it went without them. */
const looks = {
  slower: { colour: '#c8321f', shape: 'triangle-up' },
  faster: { colour: '#2f74b5', shape: 'triangle-down' },
  'no change found': { colour: '#8b949e', shape: 'circle' },
} as const;
type Change = keyof typeof looks;
const changes = Object.keys(looks);
const parts = Object.values(looks);

/** Room for the names of points, in pixels. */
const names = 250;
const height = 26;

/** Each point's course over the runs of a history, a row for each; null where there is no run with a point. */
export function courseChart({ courses, steps, threshold }: History): TopLevelSpec | null {
  const shown = courses.slice(0, mostCourses);
  if (shown.length === 0) return null;
  const labels = nameAll(shown);
  const dates = Object.fromEntries(steps.map(({ run }, index) => [index, run.startedAt.slice(0, 10)]));
  const color = {
    field: 'change',
    type: 'nominal',
    title: null,
    scale: { domain: changes, range: parts.map(({ colour }) => colour) },
    legend: { orient: 'bottom' },
  } as const;
  const shape = { ...color, scale: { domain: changes, range: parts.map((look) => look.shape) } } as const;
  const x = {
    field: 'run',
    type: 'ordinal',
    title: null,
    scale: { domain: steps.map((_, run) => run) },
    axis: { labelExpr: `${JSON.stringify(dates)}[datum.value]`, labelAngle: -40, grid: true },
  } as const;
  const reach = reachOf(shown);
  const y = {
    field: 'ratio',
    type: 'quantitative' as const,
    title: null,
    scale: { type: 'log' as const, domain: [1 / reach, reach], nice: false },
    axis: null,
  };
  const more = courses.length - shown.length;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: {
      text: 'Each point’s course over the runs',
      subtitle: [
        `each run over the first (dotted), each row from ${formatRatio(1 / reach)} to ${formatRatio(reach)}, with the interval of its rounds`,
        `coloured where it is slower or faster than the runs before by more than ${formatShare(threshold)} and the noise`,
        ...(more > 0 ? [`${more} more points are not drawn: they changed the longest ago, or not at all`] : []),
      ],
    },
    padding: 18,
    config: { ...theme, facet: { spacing: 6 } },
    data: {
      values: shown.flatMap((course, row) => rowsOf(course, row, labels[row] ?? '').map((drawn) => cut(drawn, reach))),
    },
    facet: {
      row: {
        field: 'row',
        type: 'ordinal',
        title: null,
        header: { labels: false },
      },
    },
    spec: {
      width: chartWidth - names - padding,
      height,
      encoding: { x, y },
      layer: [
        {
          mark: { type: 'rule', color: faintInk, strokeDash: [2, 3] },
          encoding: { x: { value: 0 }, x2: { value: 'width' }, y: { datum: 1 } },
        },
        {
          // As a header of the row it would stand where a guess of its width puts it.
          mark: { type: 'text', align: 'right', fontSize: 12 },
          encoding: { x: { value: -10 }, y: { value: height / 2 }, text: { field: 'name' } },
        },
        { mark: { type: 'line', color: faintInk, strokeWidth: 1.2 } },
        {
          mark: { type: 'rule', strokeWidth: 2.2 },
          encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' }, color },
        },
        {
          mark: { type: 'point', size: 50, opacity: 1 },
          encoding: { color, shape, fill: { condition: { test: 'datum.withinFloor', value: '#ffffff' }, ...color } },
        },
      ],
    },
  };
}

function nameAll(courses: readonly Course[]): string[] {
  const points = courses.map(({ axes }) => axes);
  const several = new Set(courses.map(({ metric }) => metric)).size > 1;
  return courses.map(({ axes, metric }) => `${namePoint(axes, points)}${several ? `, ${metric}` : ''}`);
}

/** Pixels between names and rows, and beside the rows. */
const padding = 50;

/** A run of a course as it is drawn. */
interface Drawn {
  /** Which course, from the top. */
  readonly row: number;
  /** The point's, at its first run; else nothing. */
  readonly name: string;
  readonly run: number;
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly change: Change;
  readonly withinFloor: boolean;
}

/** Nothing of a course that begins at 0: it has no ratio. */
function rowsOf({ places }: Course, row: number, name: string): Drawn[] {
  const first = places[0]?.median ?? 0;
  if (first === 0) return [];
  const over = ({ median, low, high }: CoursePlace) => ({
    ratio: median / first,
    low: low / first,
    high: high / first,
  });
  return places
    .filter(({ low }) => low > 0)
    .map((each, index) => ({
      row,
      name: index === 0 ? name : '',
      ...over(each),
      run: each.run,
      change: each.change ?? 'no change found',
      withinFloor: each.withinFloor,
    }));
}

/** A row reaches so far at least, so that noise does not fill it, and so much further than what is in it. */
const leastReach = 1.25;
const air = 1.05;

/** How far up and down a row reaches: the same for all, so that what is large looks so. */
function reachOf(courses: readonly Course[]): number {
  const ratios = courses.flatMap((course) => rowsOf(course, 0, '')).flatMap(({ ratio }) => [1 / ratio, ratio]);
  return Math.max(leastReach, ...ratios) * air;
}

/** An interval that is wider than the row ends at its edge: one wide one would make all others flat. */
function cut(row: Drawn, reach: number): Drawn {
  return { ...row, low: Math.max(row.low, 1 / reach), high: Math.min(row.high, reach) };
}
