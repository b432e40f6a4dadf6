import type { TopLevelSpec } from 'vega-lite';
import type { LayerSpec, UnitSpec } from 'vega-lite/types_unstable/spec/index.js';
import { type Axis, type Laid, lay } from './axis.js';
import { colourOf, dashOf, shapeOf } from './channel.js';
import { type LineEnd, nameEnds } from './labels.js';
import { chartWidth, faintInk, theme } from './theme.js';

/** One point of a line. */
export interface LineRow {
  readonly scheme: string;
  readonly x: number;
  readonly y: number;
  /** Ends of the interval; equal to `y` where there is none. */
  readonly low: number;
  readonly high: number;
  /** The point cannot be told from the floor: its mark is hollow. */
  readonly withinFloor: boolean;
}

/** How high the floor reaches at one place of the x axis. */
export interface FloorEdge {
  readonly x: number;
  readonly high: number;
}

/** Lines of several schemes, each named at its right end. */
export interface Lines {
  readonly title: string;
  readonly subtitle: readonly string[];
  /** At least one. */
  readonly rows: readonly LineRow[];
  readonly x: Axis;
  readonly y: Axis;
  /** Rising along x, the floor under what was measured there; empty where the lines have none in common. */
  readonly floor: readonly FloorEdge[];
  /** `measured`: a mark where each value was measured. `computed`: a curve without marks. */
  readonly points: 'measured' | 'computed';
}

type Layer = LayerSpec<string> | UnitSpec<string>;

const height = 400;
// Room for labels is fixed: Vega without a canvas only guesses how wide a text is.
const roomy = { left: 88, right: 204, bottom: 60 };
const tight = { left: 78, right: 12, bottom: 60 };
/** From the top to the panel, beside what the lines of the subtitle take; and such a line. */
const titleHeight = 62;
const subtitleHeight = 17;
/** Mean width of a letter of the subtitle, in pixels. */
const letterWidth = 6.9;

/**
 * A chart of one panel, `chartWidth` wide whatever its labels are; or narrower, as a phone has it: its lines are then not named,
 * and whoever shows it has a legend beside it.
 */
export function lineChart(lines: Lines, outerWidth: number = chartWidth): TopLevelSpec {
  const { floor, rows } = lines;
  const isNarrow = outerWidth < chartWidth;
  const padding = isNarrow ? tight : roomy;
  const width = outerWidth - padding.left - padding.right;
  const subtitle = isNarrow
    ? lines.subtitle.flatMap((line) => wrapped(line, (outerWidth - 30) / letterWidth))
    : [...lines.subtitle];
  const schemes = rows.map((row) => row.scheme);
  const xs = rows.map((row) => row.x);
  const ys = rows.flatMap((row) => [row.low, row.y, row.high]);
  const x = lay(lines.x, xs, isNarrow ? 5 : undefined);
  // The band below the floor is tall enough for its words.
  const y = lay(lines.y, [...ys, ...floor.map(({ high }) => high / 3)]);
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: { text: lines.title, subtitle, frame: 'group', dx: 18 - padding.left },
    width,
    height,
    padding: { ...padding, top: titleHeight + subtitleHeight * subtitle.length },
    autosize: 'none',
    config: theme,
    data: { values: rows },
    layer: [
      ...floorLayers(floor, x, y),
      lineLayer(schemes, x, y, padding.left),
      intervalLayer(schemes),
      ...(lines.points === 'measured' ? [pointLayer(schemes)] : []),
      ...(isNarrow ? [] : nameEnds(ends(rows, x, y, width), width, height)),
    ],
  };
}

/** A line as several of at most so many letters, broken after commas, semicolons and colons. */
function wrapped(line: string, letters: number): string[] {
  const made: string[] = [];
  for (const part of line.split(/(?<=[,;:]) /)) {
    const joined = `${made.at(-1)} ${part}`;
    if (made.length > 0 && joined.length <= letters) made[made.length - 1] = joined;
    else made.push(part);
  }
  return made;
}

/** Where each line ends on the right. */
function ends(rows: readonly LineRow[], x: Laid, y: Laid, width: number): LineEnd[] {
  const last = new Map<string, LineRow>();
  for (const row of rows) if (row.x >= (last.get(row.scheme)?.x ?? 0)) last.set(row.scheme, row);
  return [...last.values()].map((row) => ({
    scheme: row.scheme,
    x: x.place(row.x) * width,
    y: (1 - y.place(row.y)) * height,
  }));
}

function floorLayers(floor: readonly FloorEdge[], x: Laid, y: Laid): Layer[] {
  const [first, last] = [floor[0], floor.at(-1)];
  if (first === undefined || last === undefined) return [];
  const [bottom] = y.domain;
  // Out to the frame, so that the band does not end in the middle of the first marks.
  const edges = [{ ...first, x: x.domain[0] }, ...floor, { ...last, x: x.domain[1] }];
  return [
    {
      data: { values: edges.map((edge) => ({ ...edge, bottom })) },
      mark: { type: 'area', color: '#8b949e', opacity: 0.16 },
      encoding: {
        x: { field: 'x', type: 'quantitative' },
        y: { field: 'bottom', type: 'quantitative' },
        y2: { field: 'high' },
      },
    },
    {
      data: { values: [{ bottom }] },
      mark: { type: 'text', align: 'left', baseline: 'bottom', dx: 8, dy: -5, fontSize: 11, color: faintInk },
      encoding: {
        x: { value: 0 },
        y: { field: 'bottom', type: 'quantitative' },
        text: { value: 'the floor: what measuring itself costs' },
      },
    },
  ];
}

function lineLayer(schemes: readonly string[], x: Laid, y: Laid, left: number): Layer {
  return {
    mark: { type: 'line', strokeWidth: 2.2, strokeCap: 'butt' },
    encoding: {
      x: { field: 'x', ...x.encoding },
      y: { field: 'y', ...y.encoding, axis: { ...y.encoding.axis, titleX: 26 - left } },
      color: colourOf(schemes, 'none'),
      strokeDash: dashOf(schemes, 'none'),
    },
  };
}

function intervalLayer(schemes: readonly string[]): Layer {
  return {
    mark: { type: 'rule', strokeWidth: 6, opacity: 0.35 },
    encoding: {
      x: { field: 'x', type: 'quantitative' },
      y: { field: 'low', type: 'quantitative' },
      y2: { field: 'high' },
      color: colourOf(schemes, 'none'),
    },
  };
}

function pointLayer(schemes: readonly string[]): Layer {
  const colour = colourOf(schemes, 'none');
  return {
    mark: { type: 'point', size: 52, strokeWidth: 1.8, opacity: 1 },
    encoding: {
      x: { field: 'x', type: 'quantitative' },
      y: { field: 'y', type: 'quantitative' },
      color: colour,
      fill: { condition: { test: 'datum.withinFloor', value: '#ffffff' }, ...colour },
      shape: shapeOf(schemes, 'none'),
    },
  };
}
