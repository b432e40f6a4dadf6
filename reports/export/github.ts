import { nameWhole } from '../axes.js';
import type { PointRow } from './point-row.js';

/** An entry of what github-action-benchmark calls `customSmallerIsBetter`. */
export interface GithubBenchmark {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  /** The interval, as it is shown beside the value. */
  readonly range: string;
  readonly extra: string;
}

/** What a commit is held against: the times that every run of its kind has. Parts, counts, and what only some points have are in the other formats. */
const shown = ['collect', 'run', 'latency', 'downtime'];

/**
 * Rows as github-action-benchmark reads them (`tool: customSmallerIsBetter`): a series for each metric of a point. What is within the
 * floor is left out: its course would be that of the floor.
 */
export function toGithub(rows: readonly PointRow[]): string {
  const named = rows.filter(({ metric, withinFloor }) => shown.includes(metric) && !withinFloor);
  const benchmarks = named.map(
    ({ axes, metric, unit, value, low, high, coverage, rounds }): GithubBenchmark => ({
      name: `${metric}: ${nameWhole(axes)}`,
      unit,
      value,
      range: `${low} to ${high}`,
      extra: `${rounds} rounds; the interval covers ${Math.floor(coverage * 100)} %`,
    }),
  );
  return `${JSON.stringify(benchmarks, null, 1)}\n`;
}
