import type { TopLevelSpec } from 'vega-lite';
import type { LayerSpec, UnitSpec } from 'vega-lite/types_unstable/spec/index.js';
import type { ComparedFile, Comparison } from '../analysis/compare/comparison.js';
import type { Pair } from '../analysis/compare/pair.js';
import { type Verdict, verdicts } from '../analysis/compare/verdict.js';
import { namePoint } from '../axes.js';
import { formatCoverage, formatRatio, formatShare } from '../units.js';
import { type Axis, lay } from './axis.js';
import { chartWidth, faintInk, theme } from './theme.js';

/** Above this many pairs of a file a chart is no picture any more: those that matter least are left out. */
const mostPairs = 60;

const colours: Record<Verdict, string> = {
  slower: '#c8321f',
  faster: '#009e73',
  undecided: '#8b949e',
  same: '#0b5cad',
};

/** A pair as it is drawn. */
interface Row {
  /** The row's place from the top: names may be equal, places are not. */
  readonly place: number;
  readonly name: string;
  readonly verdict: Verdict;
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/** Every pair's ratio with its interval, a line for each, a panel for each file; null where no pair has a ratio. */
export function ratioChart(comparison: Comparison): TopLevelSpec | null {
  const panels = comparison.files.map((file) => ({ file, rows: rowsOf(file) })).filter(({ rows }) => rows.length > 0);
  if (panels.length === 0) return null;
  const ratios = panels.flatMap(({ rows }) => rows.flatMap(({ low, high }) => [low, high]));
  const leftOut = panels.some(({ file }) => file.pairs.filter(({ ratio }) => ratio !== null).length > mostPairs);
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: {
      text: 'New over base',
      subtitle: [
        `the intervals hold all true ratios at once with ${formatCoverage(comparison.coverage)}, where rounds are enough for a verdict`,
        `grey band: within ${formatShare(comparison.threshold)} of the base${leftOut ? `; of more than ${mostPairs} pairs those that matter most` : ''}`,
      ],
    },
    padding: 18,
    config: theme,
    spacing: 46,
    vconcat: panels.map(({ file, rows }) => panel(file, rows, { comparison, ratios })),
  };
}

function rowsOf({ pairs }: ComparedFile): Row[] {
  const metrics = new Set(pairs.map(({ metric }) => metric));
  const points = pairs.map(({ axes }) => axes);
  const nameOf = ({ axes, metric }: Pair) => `${namePoint(axes, points)}${metrics.size > 1 ? `, ${metric}` : ''}`;
  return pairs
    .flatMap((pair) => (pair.ratio === null ? [] : [{ pair, ratio: pair.ratio }]))
    .slice(0, mostPairs)
    .map(({ pair, ratio: { ratio, low, high } }, place) => ({
      place,
      name: nameOf(pair),
      verdict: pair.verdict,
      ratio,
      low,
      high,
    }));
}

/** Room for the names of pairs, in pixels. */
const names = 330;
const width = chartWidth - names - 50;
const step = 20;

interface Frame {
  readonly comparison: Comparison;
  /** All values that the axis must show, the same in each panel. */
  readonly ratios: readonly number[];
}

function panel(file: ComparedFile, rows: readonly Row[], { comparison, ratios }: Frame): LayerSpec<string> {
  const labels = Object.fromEntries(rows.map(({ place, name }) => [place, name]));
  return {
    title: { text: `${file.path} over ${comparison.base}`, fontSize: 13, offset: 10, frame: 'group' },
    width,
    height: { step },
    encoding: {
      y: {
        field: 'place',
        type: 'ordinal',
        title: null,
        axis: { labelExpr: `${JSON.stringify(labels)}[datum.value]`, labelLimit: 0, ticks: false, domain: false },
      },
    },
    layer: [...backdrop(comparison.threshold), ...marks(rows, ratios)],
  };
}

/** Where there is no change, and where it is too little to matter. */
function backdrop(threshold: number): UnitSpec<string>[] {
  return [
    {
      data: { values: [{ from: 1 / (1 + threshold), to: 1 + threshold }] },
      mark: { type: 'rect', color: '#eceff2' },
      encoding: {
        x: { field: 'from', type: 'quantitative' },
        x2: { field: 'to' },
        y: { value: 0 },
        y2: { value: 'height' },
      },
    },
    {
      data: { values: [{ one: 1 }] },
      mark: { type: 'rule', color: faintInk, strokeWidth: 1.2 },
      encoding: { x: { field: 'one', type: 'quantitative' }, y: { value: 0 }, y2: { value: 'height' } },
    },
  ];
}

function marks(rows: readonly Row[], ratios: readonly number[]): UnitSpec<string>[] {
  const x = { ...lay(ratioAxis, ratios).encoding };
  const color = {
    field: 'verdict',
    type: 'nominal',
    title: null,
    scale: { domain: [...verdicts], range: verdicts.map((verdict) => colours[verdict]) },
    legend: { orient: 'bottom' },
  } as const;
  return [
    {
      data: { values: [...rows] },
      mark: { type: 'rule', strokeWidth: 2.4 },
      encoding: { x: { field: 'low', ...x }, x2: { field: 'high' }, color },
    },
    {
      data: { values: [...rows] },
      mark: { type: 'point', filled: true, size: 62, opacity: 1 },
      encoding: { x: { field: 'ratio', type: 'quantitative' }, color },
    },
  ];
}

const candidates = [1.02, 1.05, 1.1, 1.2, 1.5, 2, 3, 5, 10, 30, 100, 1000];
/** What a tick with its label takes of the way from 1 to an end of the axis. */
const roomOfTick = 0.22;

/** Steps from 1 that are as far apart up as down, and wide enough to be few. */
const ratioAxis: Axis = {
  title: 'ratio',
  scale: 'log',
  domain: (values) => {
    const most = Math.max(1.1, ...values.map((value) => Math.max(value, 1 / value))) ** 1.04;
    return [1 / most, most];
  },
  ticks: (values) => {
    const most = Math.log(Math.max(1.1, ...values.map((value) => Math.max(value, 1 / value))));
    const up: number[] = [];
    for (const tick of candidates) if (Math.log(tick / (up.at(-1) ?? 1)) > roomOfTick * most) up.push(tick);
    return [...up.toReversed().map((tick) => 1 / tick), 1, ...up];
  },
  label: formatRatio,
};
