import type { Analysis } from '../analysis/analysis.js';
import type { Estimate } from '../analysis/estimate.js';
import type { AnalysedPoint } from '../analysis/point.js';
import { isContender } from '../analysis/role.js';
import { isReal, isRecorded, settingKey } from '../analysis/setting.js';
import type { WriteCost } from '../analysis/writing.js';
import { inOrder } from '../order.js';
import { describeSetting, slices } from '../slice.js';
import { formatCount, formatMemory, formatPart, formatTime } from '../units.js';
import { brackets, code, figureOfCollect, intervalOf, nothing, withInterval } from './prose.js';
import { toMarkdown } from './table.js';

/** All guests side by side at one memory and number of pages per epoch; nothing where no real guest was measured. */
export function sideBySide(analysis: Analysis): string[] {
  const together = analysis.points
    .filter((point) => isContender(point) && !isRecorded(point))
    .map((point) => ({ ...point, guest: '', point }));
  const cell = slices(together, { memoryBytes: 4 * 2 ** 30, pagesPerEpoch: 64 })
    .map((slice) => slice.map(({ point }) => point))
    .find((points) => points.some(isReal));
  const first = cell?.find(isReal);
  if (cell === undefined || first === undefined) return [];
  const rows = inOrder(cell.map(({ scheme }) => scheme)).flatMap((scheme) =>
    cell.filter((point) => point.scheme === scheme).map((point) => rowOf(point, analysis)),
  );
  return [
    `Simulated and real side by side: measured medians, ${describeSetting(first)}, ${formatMemory(first.memoryBytes)} of memory, ` +
      `${formatCount(first.pagesPerEpoch)} pages per epoch. What tracking charges the running guest is the time of its writes ` +
      'less that of the same writes where the guest’s floor tracker, which tracks nothing, was measured' +
      `${brackets(charges(cell, analysis))}.`,
    toMarkdown({
      of: 'figures',
      header: [
        'tracker',
        'guest',
        'charge to the running guest, an epoch',
        'a dirty page',
        'detection',
        'in kernel calls',
        'in its own code',
      ],
      rows,
    }),
  ];
}

function charges(points: readonly AnalysedPoint[], analysis: Analysis): Estimate[] {
  return points.flatMap((point) => writingOf(point, analysis)?.perEpoch ?? []);
}

function writingOf(point: AnalysedPoint, { writing }: Analysis): WriteCost | undefined {
  return writing.find(
    (each) =>
      each.scheme === point.scheme &&
      each.memoryBytes === point.memoryBytes &&
      each.pagesPerEpoch === point.pagesPerEpoch &&
      settingKey(each) === settingKey(point),
  );
}

function rowOf(point: AnalysedPoint, analysis: Analysis): string[] {
  const charge = writingOf(point, analysis);
  return [
    code(point.scheme),
    point.guest,
    chargeOf(charge?.perEpoch),
    chargeOf(charge?.perDirty),
    figureOfCollect(point),
    ...timesOf(point),
  ];
}

/** A charge with its interval; one that cannot be told from nothing is not given as a figure. */
export function chargeOf(charge: Estimate | undefined): string {
  if (charge === undefined) return nothing;
  const interval = intervalOf(charge, formatTime);
  return interval !== '' && charge.low <= 0 ? `about 0 (${interval})` : withInterval(charge, formatTime);
}

/** Kernel calls, and the rest of a collect, each with its part of it. */
function timesOf({ collect, kernel, withinFloor }: AnalysedPoint): string[] {
  if (kernel === null || withinFloor) return [nothing, nothing];
  const part = kernel.medianNs / Math.max(1, collect.medianNs);
  const told = (ns: number, share: number) => `${formatTime(Math.max(0, ns))} (${formatPart(share)})`;
  return [told(kernel.medianNs, part), told(collect.medianNs - kernel.medianNs, 1 - part)];
}
