import type { TopLevelSpec } from 'vega-lite';
import type { LayerSpec, UnitSpec } from 'vega-lite/types_unstable/spec/index.js';
import type { Duration } from '../analysis/estimate.js';
import { formatTime } from '../units.js';
import { type Axis, type Laid, lay, rateAxis } from './axis.js';
import { chartWidth, faintInk, ink, theme } from './theme.js';

/** A duration made of parts that follow each other. */
export interface Stacked {
  /** Beside the first bar of a group, in bold. */
  readonly group: string;
  readonly name: string;
  /** What is written at its end, and marked with its interval below the bar. */
  readonly total: Pick<Duration, 'medianNs' | 'lowNs' | 'highNs'>;
  readonly parts: readonly { readonly part: string; readonly ns: number }[];
}

/** A chart of bars, each a duration cut into its parts. */
export interface StackChart {
  readonly title: string;
  readonly subtitle: readonly string[];
  /** What the axis counts. */
  readonly axis: string;
  /** Every part's colour, in the order they are stacked. */
  readonly colours: Readonly<Record<string, string>>;
  /** From top to bottom, groups together; at least one. */
  readonly bars: readonly Stacked[];
}

/** A part as it is drawn: nanoseconds from the beginning of its bar, pixels from the top. */
interface Segment {
  readonly part: string;
  readonly start: number;
  readonly end: number;
  readonly top: number;
  readonly bottom: number;
}

/** A bar as it is drawn. */
interface Bar {
  readonly name: string;
  /** At the first bar of a group; else empty. */
  readonly group: string;
  /** What is written at its end. */
  readonly text: string;
  /** Where it ends in the chart: right of its parts, and of the stroke at the median. */
  readonly end: number;
  readonly torn: boolean;
  readonly middle: number;
  readonly segments: readonly Segment[];
  /** The median of the whole with the ends of its interval, as far as they are in the chart. */
  readonly whole: { readonly median: number | null; readonly low: number; readonly high: number } | null;
}

type Layer = LayerSpec<string> | UnitSpec<string>;

const step = 30;
const thickness = 18;
const groupGap = 16;
const padding = { left: 190, right: 92, bottom: 128 };
const width = chartWidth - padding.left - padding.right;
/** Bars longer than this many times the median one are torn: else one would leave the others no room. */
const mostMedians = 10;

/** Bars of stacked parts below each other, groups apart. */
export function stackChart({ title, subtitle, axis, colours, bars: stacked }: StackChart): TopLevelSpec {
  const lengths = stacked.map(lengthOf).sort((a, b) => a - b);
  const typical = lengths[lengths.length >> 1] as number;
  const x = lay(durationAxis(axis), [Math.min(Math.max(...stacked.map(reachOf)), typical * mostMedians)]);
  const bars = layOut(stacked, x.domain[1]);
  const height = (bars.at(-1)?.middle ?? 0) + step / 2 + 6;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: { text: title, subtitle: [...subtitle], frame: 'group', dx: 18 - padding.left },
    width,
    height,
    padding: { ...padding, top: 96 },
    autosize: 'none',
    config: theme,
    layer: [
      segmentLayer(bars, colours, x.encoding, height + 62),
      ...tearLayers(bars),
      ...wholeLayers(bars),
      textLayer(bars),
      ...nameLayers(bars),
    ],
  };
}

function durationAxis(title: string): Axis {
  return { ...rateAxis(title), label: (ns) => (ns === 0 ? '0' : formatTime(ns)) };
}

/** To the end of the parts or the median of the whole: the medians of parts need not add up to that. */
function lengthOf({ parts, total }: Stacked): number {
  return Math.max(
    total.medianNs,
    parts.reduce((sum, { ns }) => sum + ns, 0),
  );
}

/** To the end of the interval too. */
function reachOf(bar: Stacked): number {
  return Math.max(lengthOf(bar), bar.total.highNs);
}

/** Places the bars below each other, groups apart, and cuts off what goes beyond the end of the axis. */
function layOut(stacked: readonly Stacked[], limit: number): Bar[] {
  let top = 0;
  return stacked.map((bar, index) => {
    const opens = bar.group !== stacked[index - 1]?.group;
    if (opens && index > 0) top += groupGap;
    const middle = top + step / 2;
    top += step;
    const length = lengthOf(bar);
    return {
      name: bar.name,
      group: opens ? bar.group : '',
      text: formatTime(bar.total.medianNs),
      end: Math.min(length, limit),
      torn: length > limit,
      middle,
      segments: segmentsOf(bar, middle, limit),
      whole: wholeOf(bar, limit),
    };
  });
}

function wholeOf({ total: { medianNs, lowNs, highNs } }: Stacked, limit: number): Bar['whole'] {
  if (lowNs > limit) return null;
  return { median: medianNs > limit ? null : medianNs, low: lowNs, high: Math.min(highNs, limit) };
}

function segmentsOf({ parts }: Stacked, middle: number, limit: number): Segment[] {
  let end = 0;
  return parts.flatMap(({ part, ns }) => {
    const start = end;
    end += ns;
    if (ns === 0 || start >= limit) return [];
    return [{ part, start, end: Math.min(end, limit), top: middle - thickness / 2, bottom: middle + thickness / 2 }];
  });
}

function segmentLayer(
  bars: readonly Bar[],
  colours: StackChart['colours'],
  x: Laid['encoding'],
  legendY: number,
): Layer {
  return {
    data: { values: bars.flatMap(({ segments }) => segments) },
    mark: { type: 'rect' },
    encoding: {
      x: { field: 'start', ...x },
      x2: { field: 'end' },
      y: { field: 'top', type: 'quantitative', scale: null, axis: null },
      y2: { field: 'bottom' },
      color: {
        field: 'part',
        type: 'nominal',
        scale: { domain: Object.keys(colours), range: Object.values(colours) },
        legend: {
          orient: 'none',
          legendX: 18 - padding.left,
          legendY,
          direction: 'horizontal',
          columns: 5,
          title: null,
          symbolType: 'square',
        },
      },
    },
  };
}

/** Two white strokes across the end of a bar that goes on. */
function tearLayers(bars: readonly Bar[]): Layer[] {
  const torn = bars.filter((bar) => bar.torn);
  return [16, 10].map((fromEnd) => ({
    data: { values: torn.map(({ middle }) => ({ top: middle - 12, bottom: middle + 12 })) },
    mark: { type: 'rule', color: '#ffffff', strokeWidth: 2.5 },
    encoding: {
      x: { value: width - fromEnd + 4 },
      x2: { value: width - fromEnd - 4 },
      y: { field: 'top', type: 'quantitative', scale: null, axis: null },
      y2: { field: 'bottom' },
    },
  }));
}

/** Below each bar, in the gap to the next, the interval of the whole with a stroke at its median. */
function wholeLayers(bars: readonly Bar[]): Layer[] {
  const wholes = bars.flatMap(({ whole, middle }) =>
    whole === null ? [] : [{ ...whole, y: middle + thickness / 2 + 4 }],
  );
  const y = { field: 'y', type: 'quantitative' as const, scale: null, axis: null };
  const stroke = (x: number, at: number, reach: number) => ({ x, top: at - reach, bottom: at + reach });
  const strokes = wholes.flatMap(({ low, median, high, y: at }) => [
    stroke(low, at, 2),
    stroke(high, at, 2),
    ...(median === null ? [] : [stroke(median, at, 4)]),
  ]);
  return [
    {
      data: { values: wholes },
      mark: { type: 'rule', color: ink, strokeWidth: 1.2 },
      encoding: { x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' }, y },
    },
    {
      data: { values: strokes },
      mark: { type: 'rule', color: ink, strokeWidth: 1.6 },
      encoding: { x: { field: 'x', type: 'quantitative' }, y: { ...y, field: 'top' }, y2: { field: 'bottom' } },
    },
  ];
}

function textLayer(bars: readonly Bar[]): Layer {
  return {
    data: { values: bars.map(({ text, end, middle, torn }) => ({ text: torn ? `▸ ${text}` : text, end, middle })) },
    mark: { type: 'text', align: 'left', baseline: 'middle', dx: 7, fontSize: 12, color: ink },
    encoding: {
      x: { field: 'end', type: 'quantitative' },
      y: { field: 'middle', type: 'quantitative', scale: null, axis: null },
      text: { field: 'text' },
    },
  };
}

function nameLayers(bars: readonly Bar[]): Layer[] {
  const y = { field: 'middle', type: 'quantitative' as const, scale: null, axis: null };
  const named = bars.map(({ name, group, middle }) => ({ name, group, middle }));
  return [
    {
      data: { values: named },
      mark: { type: 'text', align: 'right', baseline: 'middle', fontSize: 12, color: faintInk },
      encoding: { x: { value: -9 }, y, text: { field: 'name' } },
    },
    {
      data: { values: named.filter(({ group }) => group !== '') },
      mark: { type: 'text', align: 'left', baseline: 'middle', fontSize: 13, fontWeight: 'bold', color: ink },
      encoding: { x: { value: 18 - padding.left }, y, text: { field: 'group' } },
    },
  ];
}
