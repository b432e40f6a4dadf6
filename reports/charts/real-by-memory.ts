import { pageBytes } from '../../base/size.js';
import type { Analysis } from '../analysis/analysis.js';
import type { AnalysedPoint } from '../analysis/point.js';
import { isContender } from '../analysis/role.js';
import { isReal, isRecorded, settingKey } from '../analysis/setting.js';
import { derivedScan } from '../order.js';
import { describeSetting, type Slice, slices } from '../slice.js';
import { formatCount } from '../units.js';
import { memoryAxis, timeAxis } from './axis.js';
import type { Chart } from './chart.js';
import { detectionRow } from './detection.js';
import { type LineRow, lineChart } from './lines.js';

/** The paper's two ways, as simulated: drawn beside the real ones. */
const references = ['flag-scan', 'flag-queue'];

/** Detection by memory, all real guests together. */
export const realByMemory: Chart = {
  alt: 'Detection time on the real kernel against guest memory, all real guests together, both axes logarithmic',
  howToRead:
    'Each line is a mechanism of the kernel of this machine, on a guest with real memory; the cost of one that rises grows with the ' +
    'memory of the guest, that of a flat one only with what it wrote. The line without colour is what the paper’s scan comes to by the cost per page that ' +
    'follows from its table (derived, at 4G and below from what it measured); its two ways, where they were measured, are simulated. Bars ' +
    'are intervals over rounds; a hollow mark cannot be distinguished from the floor of its guest.',
  of: 'the run',
  draw(analysis) {
    const slice = realSlice(analysis);
    if (slice === null) return null;
    const [first] = slice;
    const beside = simulated(analysis, first);
    const measured = [...slice, ...beside].toSorted((a, b) => a.memoryBytes - b.memoryBytes);
    return lineChart({
      rows: [...measured.map((point) => detectionRow(point, 'memoryBytes')), ...derivedRows(analysis, slice)],
      // Each guest has a floor of its own.
      floor: [],
      title: 'Detection on the real kernel',
      subtitle: [
        `${[...new Set(slice.map(({ guest }) => guest))].join(' and ')} guest, ${describeSetting(first)}, ` +
          `${formatCount(first.pagesPerEpoch)} pages per epoch; lower is better`,
        `median of a collect with its interval${beside.length === 0 ? '' : `; ${namesOf(beside)}: simulated`}`,
      ],
      x: memoryAxis(),
      y: timeAxis('time of a collect'),
      points: 'measured',
    });
  },
};

/** Real trackers in one setting along memory, whatever their guest; null where no such was measured at two sizes. */
export function realSlice(analysis: Analysis): Slice<AnalysedPoint> | null {
  const real = analysis.points.filter((point) => isReal(point) && isContender(point) && !isRecorded(point));
  const together = real.map((point) => ({ ...point, guest: '', point }));
  const found = slices(together, { pagesPerEpoch: 64 }).find(
    (slice) => new Set(slice.map(({ memoryBytes }) => memoryBytes)).size > 1,
  );
  if (found === undefined) return null;
  const [first, ...more] = found;
  return [first.point, ...more.map(({ point }) => point)];
}

/** The paper's two ways, simulated in the same setting as a real point. */
function simulated(analysis: Analysis, like: AnalysedPoint): AnalysedPoint[] {
  const keyOf = (point: AnalysedPoint) => settingKey({ ...point, guest: '' }, point.pagesPerEpoch);
  return analysis.points.filter(
    (point) => !isReal(point) && references.includes(point.scheme) && keyOf(point) === keyOf(like),
  );
}

function namesOf(beside: readonly AnalysedPoint[]): string {
  return references.filter((name) => beside.some(({ scheme }) => scheme === name)).join(' and ');
}

/** What the paper's scan follows to cost at each size that was measured. */
function derivedRows({ table1 }: Analysis, slice: Slice<AnalysedPoint>): LineRow[] {
  const sizes = [...new Set(slice.map(({ memoryPages }) => memoryPages))].sort((a, b) => a - b);
  return sizes.map((pages) => {
    const y = pages * table1.derived.perPageNs;
    return { scheme: derivedScan, x: pages * pageBytes, y, low: y, high: y, withinFloor: false };
  });
}
