import type { AnalysedPoint } from '../analysis/point.js';
import { roleOf } from '../analysis/role.js';
import { settingKey } from '../analysis/setting.js';
import { usualSlice } from '../charts/detection.js';
import { inOrder } from '../order.js';
import { describeSetting } from '../slice.js';
import { formatCount, formatMemory, formatTime } from '../units.js';
import { code, figureOfCollect } from './prose.js';
import { blocks, forEachGuest, type Section } from './section.js';
import { toMarkdown } from './table.js';

/** What marking costs the guest while it runs. */
export const markingSection: Section = {
  heading: 'What the running guest pays',
  needs: 'a synthetic workload',
  write: ({ analysis }) =>
    blocks(
      forEachGuest(analysis, (guest) => {
        const slice = usualSlice(analysis, guest);
        if (slice === null) return null;
        const [first] = slice;
        const nulls = analysis.points.filter((point) => roleOf(point.tracker) === 'floor' && sameCell(point, first));
        const size = `${formatMemory(first.memoryBytes)} of memory, ${formatCount(first.pagesPerEpoch)} pages per epoch`;
        const rows = inOrder(slice.map((point) => point.scheme)).flatMap((scheme) =>
          slice.filter((point) => point.scheme === scheme).map(costsOf),
        );
        return [
          `Measured: medians, ${describeSetting(first)}, ${size}. The writes of an epoch are timed with their marking, ` +
            'which the guest pays for while it runs; it stands still for detection.',
          toMarkdown({
            of: 'figures',
            header: ['tracker', 'writes of an epoch, marked', 'detection', 'together'],
            rows: [
              ...rows,
              ...nulls.map((point) => [`${code(point.scheme)} (no marking)`, formatTime(point.run.medianNs), '', '']),
            ],
          }),
        ];
      }),
    ),
};

function sameCell(a: AnalysedPoint, b: AnalysedPoint): boolean {
  return settingKey(a, a.memoryBytes, a.pagesPerEpoch) === settingKey(b, b.memoryBytes, b.pagesPerEpoch);
}

function costsOf(point: AnalysedPoint): string[] {
  return [
    code(point.scheme),
    formatTime(point.run.medianNs),
    figureOfCollect(point),
    point.withinFloor ? '' : formatTime(point.total.medianNs),
  ];
}
