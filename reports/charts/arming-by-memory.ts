import type { Analysis } from '../analysis/analysis.js';
import type { AnalysedPoint } from '../analysis/point.js';
import { describeSetting, type Slice, slices } from '../slice.js';
import { atLeastOne, memoryAxis, timeAxis } from './axis.js';
import type { Chart } from './chart.js';
import { lineChart } from './lines.js';

/** The time to turn tracking on, by memory. */
export const armingByMemory: Chart = {
  alt: 'Time to turn tracking on against guest memory, all real guests together, both axes logarithmic',
  howToRead:
    'Each line is what it takes to turn tracking on for a guest that has written all of its memory; one that rises touches ' +
    'every page for that, a flat one leaves the work to the first collect or to the first writes. Bars are intervals over rounds.',
  of: 'the run',
  draw(analysis) {
    const slice = armedSlice(analysis);
    if (slice === null) return null;
    const rows = slice.flatMap(({ scheme, memoryBytes, arming }) => {
      if (arming === null) return [];
      const [y, low, high] = [arming.on.medianNs, arming.on.lowNs, arming.on.highNs].map(atLeastOne);
      if (y === undefined || low === undefined || high === undefined) return [];
      return [{ scheme, x: memoryBytes, y, low, high, withinFloor: false }];
    });
    return lineChart({
      rows: rows.toSorted((a, b) => a.x - b.x),
      floor: [],
      title: 'Turning tracking on',
      subtitle: [
        `${[...new Set(slice.map(({ guest }) => guest))].join(' and ')} guest, all of its memory there and written; lower is better`,
        `median with its interval; ${describeSetting(slice[0])} before`,
      ],
      x: memoryAxis(),
      y: timeAxis('time to turn tracking on'),
      points: 'measured',
    });
  },
};

/** Points whose tracking was turned on and off, in one setting along memory, whatever their guest; null without two sizes. */
function armedSlice({ points }: Analysis): Slice<AnalysedPoint> | null {
  const armed = points.filter(({ arming }) => arming !== null).map((point) => ({ ...point, guest: '', point }));
  const found = slices(armed, { pagesPerEpoch: 64 }).find(
    (slice) => new Set(slice.map(({ memoryBytes }) => memoryBytes)).size > 1,
  );
  if (found === undefined) return null;
  const [first, ...more] = found;
  return [first.point, ...more.map(({ point }) => point)];
}
