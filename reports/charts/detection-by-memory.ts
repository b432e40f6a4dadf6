import { describeSetting } from '../slice.js';
import { formatCount } from '../units.js';
import { memoryAxis, timeAxis } from './axis.js';
import type { Chart } from './chart.js';
import { detectionLines, detectionSlices, inLines, leftOut } from './detection.js';
import { lineChart } from './lines.js';

/** Detection by the memory of the guest. */
export const detectionByMemory: Chart = {
  alt: 'Detection time against guest memory, one line for each tracker, both axes logarithmic',
  howToRead:
    'A line that rises to the right is a scheme whose detection grows with the memory of the guest; a flat one does not. ' +
    'Both axes are logarithmic: each grid line up is ten times slower. Bars are intervals over rounds; a hollow ' +
    'mark is one whose interval reaches down into the grey band, so that it cannot be distinguished from the floor.',
  of: 'each guest',
  draw(analysis, guest) {
    const [slice] = detectionSlices(analysis, guest, 'memoryBytes');
    if (slice === undefined) return null;
    const shown = inLines(slice, 'memoryBytes');
    return lineChart({
      ...detectionLines(shown, 'memoryBytes'),
      title: 'Detection against memory',
      subtitle: [
        `${guest} guest, ${describeSetting(slice[0])}, ${formatCount(slice[0].pagesPerEpoch)} pages per epoch`,
        'median of a collect with its interval; lower is better',
        ...leftOut(slice, shown),
      ],
      x: memoryAxis(),
      y: timeAxis('time of a collect'),
      points: 'measured',
    });
  },
};
