import { formatBytes, formatCount, formatMemory, formatShare, formatTime } from '../units.js';

/** One axis of a chart: how values are scaled and how its ticks read. */
export interface Axis {
  /** With the unit, unless the ticks carry it. */
  readonly title: string;
  readonly scale: 'log' | 'linear';
  /** Ends of the axis for these values. */
  domain(values: readonly number[]): readonly [number, number];
  /** Where the ticks are. */
  ticks(values: readonly number[]): readonly number[];
  label(value: number): string;
}

/** Nanoseconds on a logarithmic scale, in whole decades; it has no place for 0. */
export function timeAxis(title: string): Axis {
  return { title, scale: 'log', domain: decades, ticks: decadeTicks, label: formatTime };
}

/** Nanoseconds that an axis of time has a place for: what took none at all is drawn as one. */
export function atLeastOne(ns: number): number {
  return Math.max(1, ns);
}

/** Bytes of guest memory on a logarithmic scale; the ticks are the sizes that were measured. */
export function memoryAxis(): Axis {
  return { title: 'guest memory', scale: 'log', domain: span, ticks: measuredTicks, label: formatMemory };
}

/** Pages per epoch on a logarithmic scale; the ticks are the numbers that were measured. */
export function pagesAxis(): Axis {
  return {
    title: 'pages written per epoch',
    scale: 'log',
    domain: span,
    ticks: measuredTicks,
    label: formatCount,
  };
}

/** Guests on a host, on a logarithmic scale; the ticks are the numbers that were measured. */
export function guestsAxis(): Axis {
  return { title: 'guests on the host', scale: 'log', domain: span, ticks: measuredTicks, label: String };
}

/** I/Os per second on a logarithmic scale. */
export function frequencyAxis(): Axis {
  return { title: 'I/Os per second', scale: 'log', domain: span, ticks: decadeTicks, label: formatCount };
}

/** A rate from nothing up, on a linear scale. */
export function rateAxis(title: string): Axis {
  const step = (values: readonly number[]) => roundStep(Math.max(...values) / 5);
  const steps = (values: readonly number[]) => Math.ceil((Math.max(...values) * 1.02) / step(values));
  return {
    title,
    scale: 'linear',
    domain: (values) => [0, steps(values) * step(values)],
    ticks: (values) => Array.from({ length: steps(values) + 1 }, (_, index) => index * step(values)),
    label: formatCount,
  };
}

/** The least of 1, 2 and 5 in some decade that is no smaller. */
function roundStep(least: number): number {
  const decade = 10 ** Math.floor(Math.log10(least));
  return decade * ([1, 2, 5].find((digit) => digit * decade >= least) ?? 10);
}

/** Bytes that are read on a logarithmic scale. */
export function bytesAxis(title: string): Axis {
  return { title, scale: 'log', domain: span, ticks: doublings, label: formatBytes };
}

/** Dirty pages on a logarithmic scale; the ticks are the numbers that were measured. */
export function dirtyAxis(): Axis {
  return { ...pagesAxis(), title: 'dirty pages of an epoch' };
}

/** Something a second on a logarithmic scale, in whole decades; the ticks carry the unit. */
export function speedAxis(title: string, label: (speed: number) => string): Axis {
  return { title, scale: 'log', domain: decades, ticks: decadeTicks, label };
}

/** A share from nothing to all. */
export function shareAxis(title: string): Axis {
  return {
    title,
    scale: 'linear',
    domain: () => [0, 1],
    ticks: () => [0, 0.25, 0.5, 0.75, 1],
    label: formatShare,
  };
}

/** Quantiles as epochs to one that is slower (2 is the median, 100 is p99), so that each nine has the same room. */
export function tailAxis(): Axis {
  const tails = new Map([
    [2, 'median'],
    [10, 'p90'],
    [100, 'p99'],
    [1000, 'p99.9'],
    [10_000, 'p99.99'],
    [100_000, 'p99.999'],
  ]);
  return {
    title: 'percentile of all epochs',
    scale: 'log',
    domain: (values) => [1, Math.max(100, ...values)],
    ticks: () => [...tails.keys()],
    label: (value) => tails.get(value) ?? '',
  };
}

/** From the least to the greatest, with some air; around a lone value, a decade. */
function span(values: readonly number[]): readonly [number, number] {
  const least = Math.min(...values);
  const greatest = Math.max(...values);
  const air = least === greatest ? Math.sqrt(10) : (greatest / least) ** 0.02;
  return [least / air, greatest * air];
}

function decades(values: readonly number[]): readonly [number, number] {
  const low = 10 ** Math.floor(Math.log10(Math.min(...values)));
  const high = 10 ** Math.ceil(Math.log10(Math.max(...values)));
  return [low, Math.max(high, low * 10)];
}

function decadeTicks(values: readonly number[]): readonly number[] {
  const [low, high] = decades(values);
  return Array.from({ length: Math.round(Math.log10(high / low)) + 1 }, (_, index) => low * 10 ** index);
}

/** Powers of two within the span: 512 B, 1 KiB, 2 KiB, ...; of many some. */
function doublings(values: readonly number[]): readonly number[] {
  const [low, high] = span(values);
  const first = Math.ceil(Math.log2(low));
  const last = Math.floor(Math.log2(high));
  return thinned(
    Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => 2 ** (first + index)),
    6,
  );
}

function measuredTicks(values: readonly number[]): readonly number[] {
  return thinned(values, 12);
}

/** The distinct values, rising; every second one, or third, ... where there would be more than `most`. */
export function thinned(values: readonly number[], most: number): number[] {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  const step = Math.ceil(distinct.length / most);
  return distinct.filter((_, index) => (distinct.length - 1 - index) % step === 0);
}

/** An axis laid over these values: what Vega-Lite is told of it, and where along it a value lies, from 0 to 1. */
export interface Laid {
  readonly domain: readonly [number, number];
  readonly encoding: {
    readonly type: 'quantitative';
    readonly title: string;
    readonly scale: { readonly type: 'log' | 'linear'; readonly domain: number[]; readonly nice: false };
    readonly axis: { readonly values: number[]; readonly labelExpr: string; readonly labelOverlap: boolean };
  };
  place(value: number): number;
}

/** Lays an axis over all values that it must show; where ticks are many, only `mostLabels` of them are named. */
export function lay(axis: Axis, values: readonly number[], mostLabels = 12): Laid {
  const domain = axis.domain(values);
  const [low, high] = domain;
  const ticks = axis.ticks(values).filter((tick) => tick >= low && tick <= high);
  const named = thinned(ticks, mostLabels);
  const labels = Object.fromEntries(ticks.map((tick) => [tick, named.includes(tick) ? axis.label(tick) : '']));
  const position = axis.scale === 'log' ? Math.log : (value: number) => value;
  return {
    domain,
    encoding: {
      type: 'quantitative',
      title: axis.title,
      scale: { type: axis.scale, domain: [low, high], nice: false },
      axis: { values: ticks, labelExpr: `${JSON.stringify(labels)}[datum.value]`, labelOverlap: false },
    },
    place: (value) => (position(value) - position(low)) / (position(high) - position(low)),
  };
}
