import { describeSetting } from '../slice.js';
import { formatMemory } from '../units.js';
import { pagesAxis, timeAxis } from './axis.js';
import type { Chart } from './chart.js';
import { detectionLines, detectionSlices, inLines, leftOut } from './detection.js';
import { lineChart } from './lines.js';

/** Detection by the pages written in an epoch. */
export const detectionByPages: Chart = {
  alt: 'Detection time against pages written per epoch, one line for each tracker, both axes logarithmic',
  howToRead:
    'A flat line is a scheme that pays for the memory of the guest whatever is written; one that rises tenfold where ' +
    'pages do pays for each page written. Where two lines cross, the better scheme changes. Bars are intervals over ' +
    'rounds; a hollow mark is one whose interval reaches down into the grey band, so that it cannot be distinguished from the floor.',
  of: 'each guest',
  draw(analysis, guest) {
    const [slice] = detectionSlices(analysis, guest, 'pagesPerEpoch');
    if (slice === undefined) return null;
    const shown = inLines(slice, 'pagesPerEpoch');
    return lineChart({
      ...detectionLines(shown, 'pagesPerEpoch'),
      title: 'Detection against pages per epoch',
      subtitle: [
        `${guest} guest, ${describeSetting(slice[0])}, ${formatMemory(slice[0].memoryBytes)} of memory`,
        'median of a collect with its interval; lower is better',
        ...leftOut(slice, shown),
      ],
      x: pagesAxis(),
      y: timeAxis('time of a collect'),
      points: 'measured',
    });
  },
};
