import { isFinding, roundsForFinding } from '../analysis/coverage.js';
import type { Covering, Duration, Estimate } from '../analysis/estimate.js';
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
    : withInterval({ ...cost, value: cost.medianNs, low: cost.lowNs, high: cost.highNs }, formatTime);
}

/** A figure with its interval in brackets. */
export function withInterval(estimate: Estimate, format: (value: number) => string): string {
  const interval = intervalOf(estimate, format);
  return `${format(estimate.value)}${interval === '' ? '' : ` (${interval})`}`;
}

/** The interval of a figure: of few rounds called a range, with what it covers; of one round nothing. */
export function intervalOf(estimate: Estimate, format: (value: number) => string): string {
  if (estimate.coverage === 0) return '';
  const ends = `${format(estimate.low)} to ${format(estimate.high)}`;
  return isFinding(estimate) ? ends : `range ${ends}, ${percent(estimate)}`;
}

/** After a comma, what stands in brackets beside these figures and how likely it holds the true ones; nothing of none. */
export function brackets(figures: readonly Covering[]): string {
  const told = figures.filter(isFinding);
  const least = told.toSorted((a, b) => a.coverage - b.coverage)[0];
  const interval =
    least === undefined
      ? []
      : [`in brackets the interval over rounds, which holds the true figure with ${percent(least)} or more`];
  const few = figures.some((figure) => !isFinding(figure) && figure.coverage > 0);
  const range = few
    ? [
        `of fewer than ${roundsForFinding} rounds in brackets the range that was seen, and how likely it holds the true figure`,
      ]
    : [];
  const one = figures.some(({ coverage }) => coverage === 0) ? ['one round has no interval'] : [];
  const parts = [...interval, ...range, ...one];
  return parts.length === 0 ? '' : `, ${parts.join('; ')}`;
}

/** Rounded down: it is never less likely than is said. */
function percent({ coverage }: Covering): string {
  return `${Math.floor(coverage * 100 + 1e-9)} %`;
}

/** The detection of a point, or that it is within the floor. */
export function figureOfCollect({ collect, withinFloor }: AnalysedPoint): string {
  return figure({ ...collect, withinFloor });
}

/** The detection of a point in a sentence, or that it is at most the floor. */
export function costOf({ collect, withinFloor }: AnalysedPoint): string {
  return withinFloor ? 'at most the floor' : formatTime(collect.medianNs);
}

/** A list as it stands in a sentence: `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}
