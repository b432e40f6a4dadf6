import type { TopLevelSpec } from 'vega-lite';
import type { LayerSpec, UnitSpec } from 'vega-lite/types_unstable/spec/index.js';
import type { Stage } from '../../results/transactions.js';
import { type TransactionCell, type TransactionsAnalysis, unsynchronised } from '../analysis/transactions.js';
import { formatMemory, formatTime } from '../units.js';
import { type Axis, type Laid, lay, rateAxis } from './axis.js';
import type { Chart } from './chart.js';
import { chartWidth, faintInk, ink, theme } from './theme.js';
import { describeTransactions } from './transactions-by-memory.js';

export const transactionSplit: Chart = {
  alt: 'Where the time of a transaction goes: its stages stacked, a bar for each mode and memory size',
  howToRead:
    'A bar is a transaction from left to right, as long as the median that the client saw; each colour is a stage, in the ' +
    'order they come. Red is detection, the part that the schemes differ in; the blues are what any synchronisation costs: ' +
    'building the frame, sending it, and hearing that it arrived. A torn bar is longer than there is room for: its number ' +
    'says how long.',
  needs: 'transactions measured end to end',
  of: 'the run',
  draw({ transactions }) {
    if (transactions === null || transactions.cells.length === 0) return null;
    return stack(transactions);
  },
};

const outside = 'client, loopback';
type Part = Stage | typeof outside;

/** In the order they are stacked. */
const colours: Record<Part, string> = {
  'request in': '#8b949e',
  guest: '#5aae61',
  detection: '#c8321f',
  copy: '#08306b',
  wire: '#2f74b5',
  standby: '#17a2b8',
  acknowledgement: '#8fc1e3',
  'response out': '#59636e',
  [outside]: '#dfe3e7',
};

/** A stage as it is drawn: nanoseconds from the beginning of its transaction, pixels from the top. */
interface Segment {
  readonly part: Part;
  readonly start: number;
  readonly end: number;
  readonly top: number;
  readonly bottom: number;
}

/** A transaction as it is drawn. */
interface Bar {
  readonly mode: string;
  /** At the first bar of a memory size; else empty. */
  readonly memory: string;
  /** What the client saw, in words; and where the bar ends in the chart. */
  readonly total: string;
  readonly end: number;
  readonly torn: boolean;
  readonly middle: number;
  readonly segments: readonly Segment[];
}

type Layer = LayerSpec<string> | UnitSpec<string>;

const step = 26;
const thickness = 18;
const groupGap = 16;
const padding = { left: 190, right: 92, bottom: 128 };
const width = chartWidth - padding.left - padding.right;
/** Bars longer than this many times the median one are torn: else one would leave the others no room. */
const mostMedians = 3;

function stack(transactions: TransactionsAnalysis): TopLevelSpec {
  const cells = transactions.cells.toSorted((a, b) => a.memoryBytes - b.memoryBytes);
  const totals = cells.map(totalOf).sort((a, b) => a - b);
  const typical = totals[totals.length >> 1] as number;
  const x = lay(durationAxis(), [Math.min(totals.at(-1) as number, typical * mostMedians)]);
  const bars = layOut(cells, x.domain[1]);
  const height = (bars.at(-1)?.middle ?? 0) + step / 2;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: {
      text: 'Where the time of a transaction goes',
      subtitle: [describeTransactions(transactions), 'medians; shorter is better'],
      frame: 'group',
      dx: 18 - padding.left,
    },
    width,
    height,
    padding: { ...padding, top: 96 },
    autosize: 'none',
    config: theme,
    layer: [segmentLayer(bars, x.encoding, height + 62), ...tearLayers(bars), totalLayer(bars), ...nameLayers(bars)],
  };
}

function durationAxis(): Axis {
  return { ...rateAxis('time of a transaction'), label: (ns) => (ns === 0 ? '0' : formatTime(ns)) };
}

function partsOf(cell: TransactionCell): { readonly part: Part; readonly ns: number }[] {
  return [
    ...cell.split.map(({ stage, medianNs }) => ({ part: stage, ns: medianNs })),
    { part: outside, ns: cell.outside.medianNs },
  ];
}

function totalOf(cell: TransactionCell): number {
  return partsOf(cell).reduce((sum, { ns }) => sum + ns, 0);
}

/** Places the bars below each other, the sizes of memory apart, and cuts off what goes beyond the end of the axis. */
function layOut(cells: readonly TransactionCell[], limit: number): Bar[] {
  let top = 0;
  return cells.map((cell, index) => {
    const opens = cell.memoryBytes !== cells[index - 1]?.memoryBytes;
    if (opens && index > 0) top += groupGap;
    const middle = top + step / 2;
    top += step;
    const total = totalOf(cell);
    return {
      mode: cell.mode === unsynchronised ? 'not synchronised' : cell.mode,
      memory: opens ? formatMemory(cell.memoryBytes) : '',
      total: formatTime(cell.client.medianNs),
      end: Math.min(total, limit),
      torn: total > limit,
      middle,
      segments: segmentsOf(cell, middle, limit),
    };
  });
}

function segmentsOf(cell: TransactionCell, middle: number, limit: number): Segment[] {
  let end = 0;
  return partsOf(cell).flatMap(({ part, ns }) => {
    const start = end;
    end += ns;
    if (ns === 0 || start >= limit) return [];
    return [{ part, start, end: Math.min(end, limit), top: middle - thickness / 2, bottom: middle + thickness / 2 }];
  });
}

function segmentLayer(bars: readonly Bar[], x: Laid['encoding'], legendY: number): Layer {
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

function totalLayer(bars: readonly Bar[]): Layer {
  return {
    data: { values: bars.map(({ total, end, middle, torn }) => ({ text: torn ? `▸ ${total}` : total, end, middle })) },
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
  const named = bars.map(({ mode, memory, middle }) => ({ mode, memory, middle }));
  return [
    {
      data: { values: named },
      mark: { type: 'text', align: 'right', baseline: 'middle', fontSize: 12, color: faintInk },
      encoding: { x: { value: -9 }, y, text: { field: 'mode' } },
    },
    {
      data: { values: named.filter(({ memory }) => memory !== '') },
      mark: { type: 'text', align: 'left', baseline: 'middle', fontSize: 13, fontWeight: 'bold', color: ink },
      encoding: { x: { value: 18 - padding.left }, y, text: { field: 'memory' } },
    },
  ];
}
