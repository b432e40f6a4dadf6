import type { LayerSpec, UnitSpec } from 'vega-lite/types_unstable/spec/index.js';
import type { Analysis } from '../analysis/analysis.js';
import type { Limited } from '../analysis/limit.js';
import { isContender } from '../analysis/role.js';
import { isRecorded } from '../analysis/setting.js';
import { inOrder } from '../order.js';
import { describeSetting, slices } from '../slice.js';
import { formatCount, formatMemory } from '../units.js';
import { type Axis, bytesAxis, dirtyAxis, type Laid, lay, speedAxis } from './axis.js';
import { colourOf, shapeOf } from './channel.js';
import type { Chart } from './chart.js';
import { lookOf } from './look.js';
import { theme } from './theme.js';

/** How near each tracker comes to the speed of the machine. */
export const limits: Chart = {
  alt: 'Rooflines: how fast each tracker gets through what it must read or reach, under the speed of the machine',
  howToRead:
    'The thick grey line is the roof: how fast this machine reads bytes or reaches places in memory, by what ' +
    'was measured in the same run. A mark on it is as fast as it can be made; one decade below it, there is tenfold to ' +
    'gain. Both axes are logarithmic; hollow marks cannot be distinguished from the floor.',
  of: 'each guest',
  draw(analysis, guest) {
    const { read, touch } = limitSlices(analysis, guest);
    const panels = [...(read === null ? [] : [readPanel(read)]), ...(touch === null ? [] : [touchPanel(touch)])].filter(
      isSpread,
    );
    const shown = panels.flatMap(({ items }) => items);
    const [first] = shown;
    if (first === undefined) return null;
    const schemes = inOrder(shown.map(({ scheme }) => scheme));
    return {
      $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
      title: {
        text: 'How close each scheme is to its limit',
        subtitle: [
          `${guest} guest, ${describeSetting(first)}`,
          'from the median of a collect; higher is better; thick grey: what this machine can do',
        ],
      },
      padding: 18,
      config: theme,
      spacing: 120,
      bounds: 'flush',
      hconcat: panels.map((panel) => draw(panel, schemes, panels.length === 1 ? wholeWidth : width)),
    };
  },
};

/** A panel with one value on its axis says no more than the table does. */
function isSpread({ items }: Panel): boolean {
  return new Set(items.map(({ amount }) => amount)).size > 1;
}

/** What the report shows of the limits on one guest: scans along memory, queues along pages per epoch. */
export function limitSlices(analysis: Analysis, guest: string): Record<Limited['duty'], readonly Limited[] | null> {
  const here = analysis.limits.filter((each) => each.guest === guest && !isRecorded(each));
  const [read] = slices(
    here.filter(({ duty }) => duty === 'read'),
    { pagesPerEpoch: 64 },
  );
  const [touch] = slices(
    here.filter(({ duty }) => duty === 'touch'),
    { memoryBytes: 4 * 2 ** 30 },
  );
  return { read: read ?? null, touch: touch ?? null };
}

interface Panel {
  readonly title: string;
  readonly items: readonly Limited[];
  readonly x: Axis;
  readonly y: Axis;
  /** What one amount a nanosecond is in the unit of the y axis: a byte a nanosecond is 1 GB/s. */
  readonly unit: number;
}

function readPanel(slice: readonly Limited[]): Panel {
  return {
    title: `scans, ${formatCount(slice[0]?.pagesPerEpoch ?? 0)} pages per epoch`,
    items: slice.filter(isContender),
    x: bytesAxis('bytes that a collect must read'),
    y: upToSpeeds('gigabytes per second', (speed) => `${formatCount(speed)} GB/s`),
    unit: 1,
  };
}

function touchPanel(slice: readonly Limited[]): Panel {
  return {
    title: `queues, ${formatMemory(slice[0]?.memoryBytes ?? 0)} of memory`,
    items: slice.filter(isContender),
    x: dirtyAxis(),
    y: upToSpeeds('dirty pages per second', (speed) => `${formatCount(speed)}/s`),
    unit: 1e9,
  };
}

/** Speeds from a whole decade up to a little above the greatest. */
function upToSpeeds(title: string, label: (speed: number) => string): Axis {
  const axis = speedAxis(title, label);
  return { ...axis, domain: (speeds) => [axis.domain(speeds)[0], Math.max(...speeds) * 1.6] };
}

const width = 292;
/** Of a panel that is alone. */
const wholeWidth = 640;
const height = 300;

function draw({ title, items, x, y, unit }: Panel, schemes: readonly string[], width: number): LayerSpec<string> {
  const rows = items.map((each) => ({
    scheme: each.scheme,
    amount: each.amount,
    speed: (each.amount * unit) / Math.max(1, each.collect.medianNs),
    withinFloor: each.withinFloor,
  }));
  const roof = items.map(({ amount, limit }) => ({ amount, roof: (amount * unit) / Math.max(1, limit.medianNs) }));
  const laidX = lay(
    x,
    rows.map(({ amount }) => amount),
    6,
  );
  const laidY = lay(y, [...rows.map(({ speed }) => speed), ...roof.map((each) => each.roof)]);
  const colour = colourOf(schemes, 'below');
  return {
    title: { text: title, fontSize: 13, offset: 8, frame: 'group' },
    width,
    height,
    encoding: { x: { field: 'amount', ...laidX.encoding } },
    layer: [
      roofLayer(roof, laidY),
      {
        data: { values: rows },
        mark: { type: 'line', strokeWidth: 1.6 },
        encoding: {
          y: { field: 'speed', type: 'quantitative' },
          color: colour,
        },
      },
      {
        data: { values: rows },
        mark: { type: 'point', size: 52, strokeWidth: 1.8, opacity: 1 },
        encoding: {
          y: { field: 'speed', type: 'quantitative' },
          color: colour,
          fill: { condition: { test: 'datum.withinFloor', value: '#ffffff' }, ...colour },
          shape: shapeOf(schemes, 'below'),
        },
      },
    ],
  };
}

function roofLayer(roof: readonly { readonly amount: number }[], y: Laid): UnitSpec<string> {
  return {
    data: { values: [...roof] },
    mark: { type: 'line', color: lookOf('null').colour, opacity: 0.45, strokeWidth: 7 },
    encoding: { y: { field: 'roof', ...y.encoding } },
  };
}
