import { isTold } from '../../results/histogram.js';
import { usualSlice } from '../charts/detection.js';
import { inOrder } from '../order.js';
import { describeSetting } from '../slice.js';
import { formatCount, formatMemory, formatShare, formatTime } from '../units.js';
import { code, nothing, withinFloor } from './prose.js';
import { blocks, forEachGuest, type Section, showChart } from './section.js';
import { toMarkdown } from './table.js';

/** Of p99 and p99.9. */
const tailShares = [0.99, 0.999];

/** How long the slowest collects take. */
export const latencySection: Section = {
  heading: 'Latency of detection',
  needs: 'a synthetic workload',
  write(context) {
    const tables = forEachGuest(context.analysis, (guest) => {
      const slice = usualSlice(context.analysis, guest);
      if (slice === null) return null;
      const [{ memoryBytes, pagesPerEpoch }] = slice;
      const size = `${formatMemory(memoryBytes)} of memory, ${formatCount(pagesPerEpoch)} pages per epoch`;
      const rows = inOrder(slice.map((point) => point.scheme)).flatMap((scheme) => {
        const point = slice.find((each) => each.scheme === scheme);
        if (point === undefined) return [];
        const { medianNs, p99Ns, p999Ns, epochOutliers } = point.collect;
        const tail = [p99Ns, p999Ns].map((ns, index) =>
          isTold(tailShares[index] ?? 1, epochOutliers.of) ? formatTime(ns) : nothing,
        );
        const times = point.withinFloor ? [withinFloor, '', ''] : [formatTime(medianNs), ...tail];
        const outliers = formatShare((epochOutliers.highSevere + epochOutliers.lowSevere) / epochOutliers.of);
        return [[code(scheme), ...times, outliers, formatCount(point.forcedExits)]];
      });
      return [
        `Measured: every collect of every round, ${describeSetting(slice[0])}, ${size}. Severe outliers lie beyond three ` +
          'interquartile ranges from the quartiles; they are counted and kept. A percentile that too few epochs tell is left out. A forced exit is an early stop of the ' +
          'guest because its tracker had no room left.',
        toMarkdown({
          of: 'figures',
          header: ['tracker', 'median', 'p99', 'p99.9', 'severe outliers', 'forced exits'],
          rows,
        }),
      ];
    });
    return blocks([...showChart('latency', context), ...tables]);
  },
};
