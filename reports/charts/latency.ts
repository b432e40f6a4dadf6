import { isTold } from '../../results/histogram.js';
import type { AnalysedPoint } from '../analysis/point.js';
import { describeSetting } from '../slice.js';
import { formatCount, formatMemory } from '../units.js';
import { atLeastOne, tailAxis, timeAxis } from './axis.js';
import type { Chart } from './chart.js';
import { usualSlice } from './detection.js';
import { type LineRow, lineChart } from './lines.js';

/** Percentiles of the time of a collect. */
export const latency: Chart = {
  alt: 'Percentiles of the time of a collect over all epochs, one line for each tracker',
  howToRead:
    'Go right to a percentile and up to a line: that share of all collects took at most so long. A line that turns up ' +
    'at its right end has a tail: a few collects take much longer than most. Trackers within the floor are not drawn.',
  of: 'each guest',
  draw(analysis, guest) {
    const slice = usualSlice(analysis, guest);
    const rows = (slice ?? []).filter((point) => !point.withinFloor).flatMap(rowsOf);
    if (slice === null || rows.length === 0) return null;
    const [{ memoryBytes, pagesPerEpoch }] = slice;
    const size = `${formatMemory(memoryBytes)} of memory, ${formatCount(pagesPerEpoch)} pages per epoch`;
    return lineChart({
      rows,
      title: 'Latency of detection',
      subtitle: [
        `${guest} guest, ${describeSetting(slice[0])}, ${size}`,
        'every collect of every round; lower and flatter is better',
      ],
      x: tailAxis(),
      y: timeAxis('time of a collect'),
      floor: [],
      points: 'computed',
    });
  },
};

const roundedTo = 1e6;

/** Up to the last percentile that the number of epochs can tell. */
function rowsOf(point: AnalysedPoint): LineRow[] {
  const epochs = point.collect.epochOutliers.of;
  return point.collect.quantiles
    .filter(({ quantile }) => isTold(quantile, epochs))
    .map(({ quantile, ns }) => ({
      scheme: point.scheme,
      // To a whole number: in binary fractions p99.9 is not one epoch in a thousand, and its tick would be off the axis.
      x: Math.round((1 / (1 - quantile)) * roundedTo) / roundedTo,
      y: atLeastOne(ns),
      low: atLeastOne(ns),
      high: atLeastOne(ns),
      withinFloor: false,
    }));
}
