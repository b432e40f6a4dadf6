import type { AnalysedPoint } from '../analysis/point.js';
import { thinned } from '../charts/axis.js';
import { type Along, detectionSlices } from '../charts/detection.js';
import type { ChartName } from '../charts/registry.js';
import { describeSetting } from '../slice.js';
import { formatCount, formatMemory } from '../units.js';
import { matrix } from './matrix.js';
import { figureOfCollect } from './prose.js';
import { blocks, forEachGuest, type Section, showChart } from './section.js';
import { toMarkdown } from './table.js';

/** What a collect takes, by the memory of the guest. */
export const detectionByMemory: Section = {
  heading: 'Detection against memory',
  needs: 'one number of pages per epoch at two or more memory sizes',
  write: writer(
    'memoryBytes',
    'detection-by-memory',
    formatMemory,
    (point) => `${formatCount(point.pagesPerEpoch)} pages per epoch`,
  ),
};

/** What a collect takes, by the pages written in an epoch. */
export const detectionByPages: Section = {
  heading: 'Detection against pages per epoch',
  needs: 'one memory size at two or more numbers of pages per epoch',
  write: writer(
    'pagesPerEpoch',
    'detection-by-pages',
    formatCount,
    (point) => `${formatMemory(point.memoryBytes)} of memory`,
  ),
};

const mostColumns = 10;

function writer(
  along: Along,
  chart: ChartName,
  label: (size: number) => string,
  held: (point: AnalysedPoint) => string,
): Section['write'] {
  return (context) => {
    const tables = forEachGuest(context.analysis, (guest) => {
      const [slice] = detectionSlices(context.analysis, guest, along);
      if (slice === undefined) return null;
      const columnOf = (point: AnalysedPoint) => point[along];
      const columns = thinned(slice.map(columnOf), mostColumns);
      return [
        `Measured: median of a collect, ${describeSetting(slice[0])}, ${held(slice[0])}.`,
        toMarkdown(matrix({ items: slice, columns, columnOf, label, cell: figureOfCollect })),
      ];
    });
    return blocks([...showChart(chart, context), ...tables]);
  };
}
