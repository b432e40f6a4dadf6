import type { Duration } from '../analysis/estimate.js';
import type { AnalysedPoint } from '../analysis/point.js';
import { formatTime } from '../units.js';

/** What is printed in place of a figure that cannot be told from the floor. */
export const withinFloor = 'within the floor';

/** What is printed where there is no figure. */
export const nothing = '–';

/** A name as Markdown code. */
export function code(name: string): string {
  return `\`${name.replaceAll('`', "'")}\``;
}

/** A cost that may not be told from the floor. */
interface Measured extends Duration {
  readonly withinFloor: boolean;
}

/** A median, or that it is within the floor. */
export function figure(cost: Measured): string {
  return cost.withinFloor ? withinFloor : formatTime(cost.medianNs);
}

/** A median with its interval, or that it is within the floor. */
export function figureWithInterval(cost: Measured): string {
  return cost.withinFloor
    ? withinFloor
    : `${formatTime(cost.medianNs)} (${formatTime(cost.lowNs)} to ${formatTime(cost.highNs)})`;
}

/** The detection of a point, or that it is within the floor. */
export function figureOfCollect({ collect, withinFloor }: AnalysedPoint): string {
  return figure({ ...collect, withinFloor });
}

/** Sentences of a list: `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}
