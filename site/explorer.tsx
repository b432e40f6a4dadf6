import { useMemo } from 'preact/hooks';
import type { AnalysedPoint } from '../reports/analysis/point.js';
import { figureWithInterval } from '../reports/markdown/prose.js';
import type { Table } from '../reports/markdown/table.js';
import { formatCount, formatMemory, formatTime } from '../reports/units.js';
import { type Address, settle } from './address.js';
import { Chart } from './chart.js';
import { Choice } from './control.js';
import { analysis } from './data.js';
import { Figures } from './figures.js';
import { NoSweep } from './no-sweep.js';
import { Swatch } from './swatch.js';
import { chartOf, pointsIn, viewIn, zoomedTo } from './view.js';
import { useChartWidth } from './width.js';

/** Detection along memory or pages, as the reader chooses, with its figures under it. */
export function Explorer({ address }: { readonly address: Address }) {
  const width = useChartWidth();
  const seen = JSON.stringify(address.settings);
  const found = useMemo(() => {
    if (analysis === null) return null;
    const { view, options } = viewIn(address.settings, analysis);
    const points = pointsIn(analysis, view);
    return { view, options, points, spec: chartOf(view, points, width) };
  }, [seen, width]);
  if (found === null) return <NoSweep />;
  const { view, options, points, spec } = found;
  const set = (name: string) => (value: string) => settle(address, { [name]: value });
  const isMemory = view.along === 'memoryBytes';
  const stops = options.stops.map((stop): [string, string] => [
    String(stop),
    isMemory ? formatMemory(stop) : formatCount(stop),
  ]);
  const isZoomed = view.from !== options.stops[0] || view.to !== options.stops.at(-1);
  const toggle = (scheme: string) => {
    const others = view.hidden.filter((name) => name !== scheme);
    set('hidden')((others.length < view.hidden.length ? others : [...others, scheme]).join(','));
  };
  return (
    <>
      <form class="controls" onSubmit={(event) => event.preventDefault()}>
        <Choice label="Guest" value={view.guest} options={same(options.guests)} onPick={set('guest')} />
        <Choice
          label="Along"
          value={isMemory ? 'memory' : 'pages'}
          options={[
            ['memory', 'memory of the guest'],
            ['pages', 'pages per epoch'],
          ]}
          onPick={set('along')}
        />
        <Choice
          label={isMemory ? 'Pages per epoch' : 'Memory'}
          value={String(view.held)}
          options={options.held.map((value) => [String(value), isMemory ? formatCount(value) : formatMemory(value)])}
          onPick={set('held')}
        />
        <Choice label="Writes" value={view.workload} options={same(options.workloads)} onPick={set('workload')} />
        <Choice label="Caches" value={view.cache} options={same(options.caches)} onPick={set('cache')} />
        <Choice label="From" value={String(view.from)} options={stops} onPick={set('from')} />
        <Choice
          label="To"
          value={String(view.to)}
          options={stops.filter(([value]) => Number(value) >= view.from)}
          onPick={set('to')}
        />
        <fieldset>
          <legend>Trackers</legend>
          {options.schemes.map((scheme) => (
            <label class="check" key={scheme}>
              <input type="checkbox" checked={!view.hidden.includes(scheme)} onChange={() => toggle(scheme)} />
              <Swatch scheme={scheme} />
              {scheme}
            </label>
          ))}
        </fieldset>
      </form>
      {spec === null ? (
        <p role="status">No tracker is chosen.</p>
      ) : (
        <>
          <Chart
            spec={spec}
            name="explorer"
            alt="The chosen trackers; the table below has its figures"
            onZoom={(range) => {
              const zoomed = zoomedTo(range, options.stops);
              if (zoomed !== null) settle(address, zoomed);
            }}
          />
          <p>
            To zoom in, choose where the chart begins and ends, or draw over a part of it
            {isZoomed && (
              <>
                {' '}
                (
                <button type="button" class="link" onClick={() => settle(address, { from: '', to: '' })}>
                  show all
                </button>
                )
              </>
            )}
            ; the menu at its corner saves it as PNG or SVG. <Saved points={points} /> A hollow mark cannot be
            distinguished from the floor. The address of this page leads back to this view.
          </p>
          <Figures table={tableOf(points)} caption="The figures of the chart" />
        </>
      )}
    </>
  );
}

function same(values: readonly string[]): [string, string][] {
  return values.map((value) => [value, value]);
}

function tableOf(points: readonly AnalysedPoint[]): Table {
  return {
    of: 'figures',
    header: ['tracker', 'memory', 'pages', 'detection', 'writes, with marking', 'rounds'],
    rows: points.map((point) => [
      point.scheme,
      formatMemory(point.memoryBytes),
      formatCount(Math.round(point.pagesPerEpoch)),
      figureWithInterval({ ...point.collect, withinFloor: point.withinFloor }),
      formatTime(point.run.medianNs),
      String(point.rounds),
    ]),
  };
}

/** A link that saves the figures as CSV, in nanoseconds. */
function Saved({ points }: { readonly points: readonly AnalysedPoint[] }) {
  const header = 'tracker,memory_bytes,pages,collect_ns,collect_low_ns,collect_high_ns,run_ns,within_floor,rounds';
  const rows = points.map(({ scheme, memoryBytes, pagesPerEpoch, collect, run, withinFloor, rounds }) =>
    [
      scheme,
      memoryBytes,
      pagesPerEpoch,
      collect.medianNs,
      collect.lowNs,
      collect.highNs,
      run.medianNs,
      withinFloor,
      rounds,
    ].join(),
  );
  const text = [header, ...rows, ''].join('\n');
  return (
    <a download="explorer.csv" href={`data:text/csv;charset=utf-8,${encodeURIComponent(text)}`}>
      Save the figures as CSV.
    </a>
  );
}
