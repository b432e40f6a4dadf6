import type { TopLevelSpec } from 'vega-lite';
import type { Analysis } from '../reports/analysis/analysis.js';
import type { AnalysedPoint } from '../reports/analysis/point.js';
import { isContender } from '../reports/analysis/role.js';
import { isSingle } from '../reports/analysis/setting.js';
import { memoryAxis, pagesAxis, timeAxis } from '../reports/charts/axis.js';
import { type Along, detectionLines } from '../reports/charts/detection.js';
import { lineChart } from '../reports/charts/lines.js';
import { formatCount, formatMemory } from '../reports/units.js';
import { type CacheState, cacheStateOf, describeCache } from '../results/cache.js';

/** What the explorer shows: points of one guest along one axis, all else held. */
export interface View {
  readonly guest: string;
  readonly along: Along;
  /** What is held fixed: bytes of memory where `along` is pages per epoch, else pages per epoch. */
  readonly held: number;
  readonly workload: string;
  readonly cache: CacheState;
  /** Schemes that are not shown. */
  readonly hidden: readonly string[];
  /** The part of the axis that is shown, both ends among `Options.stops`. */
  readonly from: number;
  readonly to: number;
}

/** What each setting can be, given the ones before it; all are empty where the analysis has no point that the explorer shows. */
export interface Options {
  readonly guests: readonly string[];
  readonly workloads: readonly string[];
  readonly caches: readonly CacheState[];
  readonly held: readonly number[];
  readonly schemes: readonly string[];
  /** Where something was measured along the axis, rising. */
  readonly stops: readonly number[];
}

/**
 * The view in an address, and what can be chosen. A setting that is missing or impossible is the first there is; `held` is the
 * value with most points, and `to` the last stop. Left out are guests that are not alone or have several vCPUs, and points with an I/O
 * frequency: neither axis tells those of one memory and one number of pages apart.
 */
export function viewIn(
  settings: Readonly<Record<string, string>>,
  { points }: Analysis,
): { view: View; options: Options } {
  const contenders = points.filter((point) => isContender(point) && isSingle(point) && point.ioFrequency === null);
  const along: Along = settings.along === 'pages' ? 'pagesPerEpoch' : 'memoryBytes';
  const guests = distinct(contenders.map(({ guest }) => guest));
  const guest = chosen(settings.guest, guests) ?? '';
  const ofGuest = contenders.filter((point) => point.guest === guest);
  const workloads = distinct(ofGuest.map(({ workload }) => workload));
  const workload = chosen(settings.workload, workloads) ?? '';
  const ofWorkload = ofGuest.filter((point) => point.workload === workload);
  const caches = distinct(ofWorkload.map(({ cache }) => cache));
  const cache = caches.find((one) => one === cacheStateOf(settings.cache ?? '')) ?? caches[0] ?? 'l2-cold';
  const ofCache = ofWorkload.filter((point) => point.cache === cache);
  const held = distinct(ofCache.map((point) => heldBy(point, along))).sort((a, b) => a - b);
  const asked = held.find((value) => String(value) === settings.held);
  const fullest = held.toSorted((a, b) => countHeld(ofCache, along, b) - countHeld(ofCache, along, a))[0];
  const value = asked ?? fullest ?? 0;
  const ofHeld = ofCache.filter((point) => heldBy(point, along) === value);
  const schemes = distinct(ofHeld.map(({ scheme }) => scheme));
  const hidden = (settings.hidden ?? '').split(',').filter((scheme) => schemes.includes(scheme));
  const stops = distinct(ofHeld.map((point) => placeOf(point, along))).sort((a, b) => a - b);
  const first = stops[0] ?? 0;
  const from = stops.find((stop) => String(stop) === settings.from) ?? first;
  const last = stops.at(-1) ?? 0;
  const to = stops.find((stop) => String(stop) === settings.to && stop >= from) ?? last;
  return {
    view: { guest, along, held: value, workload, cache, hidden, from, to },
    options: { guests, workloads, caches, held, schemes, stops },
  };
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

function chosen(asked: string | undefined, options: readonly string[]): string | undefined {
  return options.find((option) => option === asked) ?? options[0];
}

function heldBy(point: AnalysedPoint, along: Along): number {
  return along === 'memoryBytes' ? Math.round(point.pagesPerEpoch) : point.memoryBytes;
}

/** Where along the axis a point is. */
function placeOf(point: AnalysedPoint, along: Along): number {
  return along === 'memoryBytes' ? point.memoryBytes : Math.round(point.pagesPerEpoch);
}

/** The settings that show what lies between two places of the axis; null where nothing or only one place does. */
export function zoomedTo(
  [low, high]: readonly [number, number],
  stops: readonly number[],
): { readonly from: string; readonly to: string } | null {
  const within = stops.filter((stop) => stop >= low && stop <= high);
  const [first, last] = [within[0], within.at(-1)];
  if (first === undefined || last === undefined || first === last) return null;
  return { from: String(first), to: String(last) };
}

function countHeld(points: readonly AnalysedPoint[], along: Along, value: number): number {
  return points.filter((point) => heldBy(point, along) === value).length;
}

/** The points of a view, in the sweep's order. */
export function pointsIn({ points }: Analysis, view: View): AnalysedPoint[] {
  return points.filter(
    (point) =>
      isContender(point) &&
      isSingle(point) &&
      point.ioFrequency === null &&
      point.guest === view.guest &&
      point.workload === view.workload &&
      point.cache === view.cache &&
      heldBy(point, view.along) === view.held &&
      placeOf(point, view.along) >= view.from &&
      placeOf(point, view.along) <= view.to &&
      !view.hidden.includes(point.scheme),
  );
}

/** The report's chart of these points, as wide as there is room; null of none. */
export function chartOf(view: View, points: readonly AnalysedPoint[], width: number): TopLevelSpec | null {
  const [first, ...more] = points;
  if (first === undefined) return null;
  const isMemory = view.along === 'memoryBytes';
  const lines = {
    ...detectionLines([first, ...more], view.along),
    title: isMemory ? 'Detection against memory' : 'Detection against pages per epoch',
    subtitle: [
      `${view.guest} guest, ${view.workload}, ${describeCache(view.cache)}, ${isMemory ? `${formatCount(view.held)} pages per epoch` : `${formatMemory(view.held)} of memory`}`,
      'median of a collect with its interval; lower is better',
    ],
    x: isMemory ? memoryAxis() : pagesAxis(),
    y: timeAxis('time of a collect'),
    points: 'measured' as const,
  };
  return lineChart(lines, width);
}
