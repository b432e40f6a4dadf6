import { z } from 'zod';
import type { AnyResults } from '../../../results/any.js';
import { cacheStateOf } from '../../../results/cache.js';
import { bootstrapMedian } from '../bootstrap.js';
import { factsOf } from './differences.js';
import { type Measurements, type Metric, measurementsOf, metrics, sweepMetrics } from './series.js';

const axesSchema = z.record(z.string(), z.union([z.string(), z.number(), z.null()])).transform(asNamedNow);
const metricNames = Object.keys(metrics) as Metric[];
const valuesSchema = z.array(z.number().nonnegative());

/** What one metric of one point came out as in a run. */
const seriesSchema = z.strictObject({
  metric: z.enum(metricNames),
  subject: z.string(),
  axes: axesSchema,
  conditions: axesSchema,
  /** Median of the rounds with its interval, in the metric's unit, and how likely (0 to 1) it holds the true one. */
  median: z.number().nonnegative(),
  low: z.number().nonnegative(),
  high: z.number().nonnegative(),
  coverage: z.number().min(0).max(1),
  withinFloor: z.boolean(),
  /** The value of each round: what a verdict rests on. */
  values: valuesSchema.min(1),
});

/** The summary of a run that a history keeps. */
export const entrySchema = z.strictObject({
  kind: z.literal('history'),
  schema: z.literal(1),
  startedAt: z.iso.datetime(),
  version: z.string(),
  commit: z.string().nullable(),
  host: z.string().nullable(),
  command: z.string(),
  /** Machine, version and load, by their names: what a change may come from. */
  facts: z.record(z.string(), z.string()),
  series: z.array(seriesSchema),
  /** The A/A pairs. */
  twins: z.array(z.strictObject({ metric: z.enum(metricNames), first: valuesSchema, second: valuesSchema })),
});

/** A cache state of an earlier version's run under its name of today: else no later run would have that point. */
function asNamedNow(axes: Record<string, string | number | null>): Record<string, string | number | null> {
  const { cache } = axes;
  return typeof cache === 'string' ? { ...axes, cache: cacheStateOf(cache) ?? cache } : axes;
}

/** See `entrySchema`. */
export type Entry = z.infer<typeof entrySchema>;

/** One point's part of it. */
export type EntrySeries = Entry['series'][number];

/** The summary of a run, of all its files together; the first says when, where and with what it was. */
export function entryOf(first: AnyResults, more: readonly AnyResults[]): Entry {
  const { header } = first.of;
  const all = [first, ...more].map((file): Measurements => measurementsOf(file, sweepMetrics));
  return {
    kind: 'history',
    schema: 1,
    startedAt: header.startedAt,
    version: header.version,
    commit: header.commit ?? null,
    host: header.host ?? null,
    command: header.command,
    facts: factsOf(first),
    series: all.flatMap(({ series }) => series.map(summed)),
    twins: all.flatMap(({ twins }) =>
      twins.map(({ metric, first: one, second }) => ({ metric, first: [...one], second: [...second] })),
    ),
  };
}

function summed({
  metric,
  subject,
  axes,
  conditions,
  values,
  withinFloor,
}: Measurements['series'][number]): EntrySeries {
  const { median, low, high, coverage } = bootstrapMedian(values, 1);
  return {
    ...{ metric, subject, axes: { ...axes }, conditions: { ...conditions } },
    ...{ median, low, high, coverage, withinFloor, values: [...values] },
  };
}
