import type { Analysis } from '../analysis/analysis.js';
import { groupBy } from '../analysis/group.js';
import type { AnalysedPoint } from '../analysis/point.js';
import { syntheticPoints } from '../charts/detection.js';
import { describeSetting } from '../slice.js';
import { formatCount, formatMemory } from '../units.js';
import { matrix } from './matrix.js';
import { figureOfCollect } from './prose.js';
import { blocks, forEachGuest, type Section } from './section.js';
import { toMarkdown } from './table.js';

/** What another workload or cache makes of the same memory and pages. */
export const settingsSection: Section = {
  heading: 'Other workloads, and a warm cache',
  needs: 'one memory size and number of pages per epoch with two or more workloads or caches',
  write: ({ analysis }) =>
    blocks(
      forEachGuest(analysis, (guest) => {
        const cells = comparable(analysis, guest);
        return cells.length === 0 ? null : cells.flatMap(cellBlocks);
      }),
    ),
};

/** The points at one memory and number of pages per epoch, for each set of settings that were measured there: once. */
function comparable(analysis: Analysis, guest: string): AnalysedPoint[][] {
  const cells = groupBy(syntheticPoints(analysis, guest), (point) => `${point.memoryBytes} ${point.pagesPerEpoch}`);
  const bySettings = groupBy(cells.values(), (cell) => settingsIn(cell).join('; '));
  return [...bySettings].flatMap(([, [cell]]) => (cell === undefined || settingsIn(cell).length < 2 ? [] : [cell]));
}

function settingsIn(cell: readonly AnalysedPoint[]): string[] {
  return [...new Set(cell.map(describeSetting))];
}

function cellBlocks(cell: readonly AnalysedPoint[]): string[] {
  const [first] = cell;
  if (first === undefined) return [];
  const table = matrix({
    items: cell,
    columns: settingsIn(cell),
    columnOf: (point) => describeSetting(point),
    label: (setting) => setting,
    cell: figureOfCollect,
  });
  const size = `${formatMemory(first.memoryBytes)} of memory, ${formatCount(first.pagesPerEpoch)} pages per epoch`;
  return [`Measured: median of a collect, ${size}.`, toMarkdown(table)];
}
