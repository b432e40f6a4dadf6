import { inOrder } from '../order.js';
import { lookOf } from './look.js';

/** A legend below the panels, or none where lines are named at their ends. */
export type LegendPlace = 'below' | 'none';

/** Encodes the `scheme` of rows as colour, the same in every chart. */
export function colourOf(schemes: Iterable<string>, legend: LegendPlace) {
  return channel(schemes, legend, (scheme) => lookOf(scheme).colour);
}

/** Encodes the `scheme` of rows as the dashes of a line. */
export function dashOf(schemes: Iterable<string>, legend: LegendPlace) {
  return channel(schemes, legend, (scheme) => [...lookOf(scheme).dash]);
}

/** Encodes the `scheme` of rows as the shape of a mark. */
export function shapeOf(schemes: Iterable<string>, legend: LegendPlace) {
  return channel(schemes, legend, (scheme) => lookOf(scheme).shape);
}

function channel<T>(schemes: Iterable<string>, legend: LegendPlace, value: (scheme: string) => T) {
  const domain = inOrder(schemes);
  return {
    field: 'scheme',
    type: 'nominal' as const,
    scale: { domain, range: domain.map(value) },
    legend:
      legend === 'none' ? null : { orient: 'bottom' as const, columns: columnsOf(domain), title: null, offset: 14 },
  };
}

/** Room for a legend below the panels, and for a symbol with its gaps, in pixels; and what a letter takes. */
const legendWidth = 690;
const symbolWidth = 36;
const letterWidth = 7.7;

/** As many columns as have room for the longest name. */
function columnsOf(names: readonly string[]): number {
  const longest = Math.max(...names.map(({ length }) => length));
  return Math.max(1, Math.min(names.length, Math.floor(legendWidth / (longest * letterWidth + symbolWidth))));
}
