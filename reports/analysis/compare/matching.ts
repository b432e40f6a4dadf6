import { groupBy } from '../group.js';
import type { Axes, Series } from './series.js';

/** A point that two files have. */
export interface Match {
  readonly base: Series;
  readonly other: Series;
}

/** Points of two files: those that both have, and those without a partner. */
export interface Matches {
  readonly matched: readonly Match[];
  readonly onlyBase: readonly Series[];
  readonly onlyOther: readonly Series[];
}

/**
 * Matches points by metric and every axis. Where a file has several that differ in their conditions alone, those of equal
 * conditions belong together first, and the rest in the order they come.
 */
export function matchesOf(base: readonly Series[], other: readonly Series[]): Matches {
  const matched: Match[] = [];
  const left = groupBy(other, pointKey);
  const take = (one: Series, fits: (candidate: Series) => boolean) => {
    const candidates = left.get(pointKey(one)) ?? [];
    const index = candidates.findIndex(fits);
    const [partner] = index < 0 ? [] : candidates.splice(index, 1);
    if (partner !== undefined) matched.push({ base: one, other: partner });
    return partner === undefined;
  };
  const unlike = base.filter((one) => take(one, (candidate) => sameConditions(one, candidate)));
  const onlyBase = unlike.filter((one) => take(one, () => true));
  const order = new Map(base.map((one, index) => [one, index]));
  return {
    matched: matched.sort((a, b) => (order.get(a.base) ?? 0) - (order.get(b.base) ?? 0)),
    onlyBase,
    onlyOther: other.filter((one) => left.get(pointKey(one))?.includes(one)),
  };
}

/** Whether two points were measured under the same conditions. */
export function sameConditions(one: Series, other: Series): boolean {
  return textOf(one.conditions) === textOf(other.conditions);
}

/** Equal for the same metric of the same point, whatever the order of its axes. */
export function pointKey({ metric, axes }: Pick<Series, 'metric' | 'axes'>): string {
  return `${metric} ${textOf(axes)}`;
}

/** Equal for equal axes, in whatever order they were given. */
function textOf(axes: Axes): string {
  return JSON.stringify(Object.entries(axes).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
