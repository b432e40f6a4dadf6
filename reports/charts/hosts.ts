import type { PointByHost } from '../analysis/hosts.js';
import { namePoint } from '../axes.js';
import { formatTime } from '../units.js';
import { atLeastOne, lay, timeAxis } from './axis.js';
import type { RunChart } from './chart.js';
import { hostColours, hostShapes } from './host-look.js';
import { chartWidth, theme } from './theme.js';

/** Above this many points or hosts a chart is no picture any more. */
const mostPoints = 40;
const mostHosts = hostColours.length;

/** Room for the names of points, in pixels. */
const names = 330;
const step = 22;

/** Detection of each point on each host of a fleet. */
export const hosts: RunChart = {
  alt: 'Detection of each point on each host of the fleet: a mark a host, with its interval',
  howToRead:
    'A line is a point of the sweep, a mark the median of one host’s rounds, the stroke through it its interval. Marks that lie ' +
    'together are of hosts that take the same time; the axis is logarithmic, so that the same distance is the same factor.',
  of: 'the run',
  draw({ hosts: fleet }) {
    if (fleet === undefined) return null;
    const shown = fleet.hosts.slice(0, mostHosts).map(({ name }) => name);
    const points = fleet.points.slice(0, mostPoints);
    const rows = points.flatMap((point, place) => rowsOf(point, place, shown));
    if (rows.length === 0) return null;
    const x = lay(
      timeAxis('a collect'),
      rows.flatMap(({ low, high }) => [low, high]),
    );
    const color = {
      field: 'host',
      type: 'nominal',
      title: null,
      scale: { domain: shown, range: hostColours.slice(0, shown.length) },
      legend: { orient: 'bottom', columns: 4 },
    } as const;
    const shape = {
      field: 'host',
      type: 'nominal',
      scale: { domain: shown, range: hostShapes.slice(0, shown.length) },
    } as const;
    const leftOut = [
      ...(points.length < fleet.points.length ? [`the first ${mostPoints} of ${fleet.points.length} points`] : []),
      ...(shown.length < fleet.hosts.length ? [`the first ${mostHosts} of ${fleet.hosts.length} hosts`] : []),
    ];
    const axes = points.map(axesOf);
    const labels = Object.fromEntries(points.map((point, place) => [place, namePoint(axesOf(point), axes)]));
    return {
      $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
      title: {
        text: 'Detection by host',
        subtitle: ['medians of rounds with their intervals; further left is better', ...leftOut],
      },
      padding: 18,
      config: theme,
      width: chartWidth - names - 50,
      height: { step },
      encoding: {
        y: {
          field: 'place',
          type: 'ordinal',
          title: null,
          axis: {
            labelExpr: `${JSON.stringify(labels)}[datum.value]`,
            labelLimit: 0,
            domain: false,
            ticks: false,
          },
        },
        color,
      },
      layer: [
        {
          data: { values: rows },
          mark: { type: 'rule', strokeWidth: 2 },
          encoding: { x: { field: 'low', ...x.encoding }, x2: { field: 'high' } },
        },
        {
          data: { values: rows },
          mark: { type: 'point', filled: false, size: 60, strokeWidth: 2, opacity: 1 },
          encoding: { x: { field: 'ns', type: 'quantitative' }, shape },
        },
      ],
    };
  },
};

interface Row {
  readonly place: number;
  readonly host: string;
  readonly ns: number;
  readonly low: number;
  readonly high: number;
  /** For whoever reads the specification. */
  readonly text: string;
}

function rowsOf({ byHost }: PointByHost, place: number, shown: readonly string[]): Row[] {
  return byHost
    .filter(({ host }) => shown.includes(host))
    .map(({ host, medianNs, lowNs, highNs }) => ({
      place,
      host,
      ns: atLeastOne(medianNs),
      low: atLeastOne(lowNs),
      high: atLeastOne(highNs),
      text: formatTime(medianNs),
    }));
}

function axesOf({ guest, scheme, workload, memoryBytes, pagesPerEpoch, cache, vcpus, ...beside }: PointByHost) {
  const { guests = null, oneProcess, ioFrequency } = beside;
  const together = { guests, oneProcess: guests === null ? null : oneProcess ? 'yes' : 'no' };
  return { guest, tracker: scheme, workload, memoryBytes, pagesPerEpoch, ioFrequency, cache, vcpus, ...together };
}
