import type { Analysis } from '../analysis/analysis.js';
import { groupBy } from '../analysis/group.js';
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
        const nulls = nearestNulls(analysis, first);
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
            rows: [...rows, ...nulls.map((point) => [nullLabel(point, first), formatTime(point.run.medianNs), '', ''])],
          }),
        ];
      }),
    ),
};

/**
 * Of each null tracker with the same writes, the point whose memory is nearest, since a sweep has floors in its smallest memory alone;
 * among equals one with as many epochs.
 */
function nearestNulls({ points }: Analysis, like: AnalysedPoint): AnalysedPoint[] {
  const cell = settingKey(like, like.pagesPerEpoch);
  const away = ({ memoryBytes }: AnalysedPoint) => Math.abs(Math.log(memoryBytes / like.memoryBytes));
  const otherEpochs = ({ epochs }: AnalysedPoint) => Number(epochs !== like.epochs);
  const nulls = points
    .filter((point) => roleOf(point.tracker) === 'floor' && settingKey(point, point.pagesPerEpoch) === cell)
    .toSorted((a, b) => away(a) - away(b) || otherEpochs(a) - otherEpochs(b));
  return [...groupBy(nulls, ({ scheme }) => scheme).values()].flatMap((same) => same.slice(0, 1));
}

function nullLabel({ scheme, memoryBytes }: AnalysedPoint, like: AnalysedPoint): string {
  const where = memoryBytes === like.memoryBytes ? '' : `, in ${formatMemory(memoryBytes)}`;
  return `${code(scheme)} (no marking${where})`;
}

function costsOf(point: AnalysedPoint): string[] {
  return [
    code(point.scheme),
    formatTime(point.run.medianNs),
    figureOfCollect(point),
    point.withinFloor ? '' : formatTime(point.total.medianNs),
  ];
}
