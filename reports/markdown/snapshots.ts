import { groupBy } from '../analysis/group.js';
import type { AnalysedPoint } from '../analysis/point.js';
import { isReal, isRecorded, settingKey } from '../analysis/setting.js';
import { describeSetting } from '../slice.js';
import { formatCount, formatFactor, formatMemory, formatShare } from '../units.js';
import { precisionText, snapshotText } from './precision.js';
import { code, figureOfCollect } from './prose.js';
import { blocks, type Section } from './section.js';
import { toMarkdown } from './table.js';

/** What trackers that need no arming cost, in time and in pages that a snapshot writes for nothing. */
export const snapshotsSection: Section = {
  heading: 'What a snapshot would write',
  needs: null,
  write: ({ analysis: { points } }) => {
    const real = points.filter((point) => isReal(point) && !isRecorded(point) && point.precision !== null);
    const cells = [...groupBy(real, cellOf).values()].filter((cell) => cell.some(isApproximate));
    if (cells.length === 0) return null;
    return blocks([
      worst(cells.flat().filter(isApproximate)),
      ...[...groupBy(cells.flat(), (point) => settingKey(point)).values()].flatMap(tableOf),
      '*How to read this:* a tracker that is *exact* finds the pages written since it was last asked, one that is so *per epoch* perhaps others as well, which it then forgets. A *cumulative* one finds ' +
        'all that were written since the guest began, and perhaps others, so that what it finds grows from epoch to epoch: its ' +
        'figure is the mean over the epochs of a round, after a warm-up of 20 or more. *A snapshot* is 4 KiB for each page found.',
      'Published by others, not measured here: CubeSandbox (#389, #1343) writes 95 times less by soft-dirty than by the set of ' +
        'pages that are anonymous since the restore.',
    ]);
  },
};

/** What was measured in one setting. */
function tableOf(points: readonly AnalysedPoint[]): string[] {
  const [first] = points;
  if (first === undefined) return [];
  return [
    `Measured on the ${first.guest} guest, ${describeSetting(first)}:`,
    toMarkdown({
      of: 'figures',
      header: ['memory', 'written', 'tracker', 'detection', 'found for each written', 'a snapshot'],
      rows: points.map(rowOf),
    }),
  ];
}

function cellOf(point: AnalysedPoint): string {
  return settingKey(point, point.memoryBytes, point.pagesPerEpoch);
}

function isApproximate({ precision }: AnalysedPoint): boolean {
  return precision !== null && precision.exactness !== 'exact';
}

function worst(points: readonly AnalysedPoint[]): string {
  const [most] = points.toSorted((a, b) => (b.precision?.perWritten ?? 0) - (a.precision?.perWritten ?? 0));
  if (most === undefined || most.precision === null) return '';
  return (
    `With ${code(most.scheme)} a snapshot of ${formatMemory(most.memoryBytes)} would write ${formatFactor(most.precision.perWritten)} ` +
    `what was written since the last (${formatShare(most.dirtyPages / most.memoryPages)} of memory).`
  );
}

function rowOf(point: AnalysedPoint): string[] {
  const written = `${formatCount(Math.round(point.dirtyPages))} (${formatShare(point.dirtyPages / point.memoryPages)})`;
  return [
    formatMemory(point.memoryBytes),
    written,
    code(point.scheme),
    figureOfCollect(point),
    precisionText(point),
    snapshotText(point),
  ];
}
