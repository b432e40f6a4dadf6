import { usualSlice } from '../charts/detection.js';
import { inOrder } from '../charts/look.js';
import { describeSetting } from '../charts/slice.js';
import { formatCount, formatMemory, formatShare, formatTime } from '../units.js';
import { code, withinFloor } from './prose.js';
import { blocks, forEachGuest, type Section, showChart } from './section.js';
import { toMarkdown } from './table.js';

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
        const times = point.withinFloor ? [withinFloor, '', ''] : [medianNs, p99Ns, p999Ns].map(formatTime);
        const outliers = formatShare((epochOutliers.highSevere + epochOutliers.lowSevere) / epochOutliers.of);
        return [[code(scheme), ...times, outliers, formatCount(point.forcedExits)]];
      });
      return [
        `Measured: every collect of every round, ${describeSetting(slice[0])}, ${size}. Severe outliers lie beyond three ` +
          'interquartile ranges from the quartiles; they are counted and kept. A forced exit is an early stop of the ' +
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
