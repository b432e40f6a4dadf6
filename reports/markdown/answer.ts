import type { Analysis } from '../analysis/analysis.js';
import { cheaperOf, contendersAmong } from '../analysis/comparison.js';
import { noiseShare } from '../analysis/noise.js';
import type { AnalysedPoint } from '../analysis/point.js';
import { settingKey } from '../analysis/setting.js';
import type { MemoryVerdict } from '../analysis/verdict.js';
import { detectionSlices, usualSlice } from '../charts/detection.js';
import { describeSetting, guestsOf } from '../charts/slice.js';
import { formatCount, formatFactor, formatMemory, formatNumber } from '../units.js';
import { winsOf } from './contest.js';
import { code, figureOfCollect, listed } from './prose.js';
import { conventional, proposal } from './schemes.js';

/** The answer in three sentences, for the first guest of the sweep: growth, who wins, and what it would change. */
export function answer(analysis: Analysis): string {
  const guest = guestsOf(analysis.points)[0] ?? '';
  return [growth(analysis, guest), contest(analysis, guest), consequence(analysis, guest)].join(' ');
}

const verdicts: Record<MemoryVerdict, string> = {
  'grows with memory': 'and grows with memory',
  'does not': 'and does not grow with memory',
  'cannot say': 'and whether it grows with memory cannot be said from this run',
};

/** What detection costs with the conventional way and with the proposal, and whether it grows. */
function growth(analysis: Analysis, guest: string): string {
  const slice = detectionSlices(analysis, guest, 'memoryBytes')[0] ?? usualSlice(analysis, guest);
  if (slice === null) return 'This sweep has no synthetic workload, so it says nothing of growth with memory.';
  const memoryBytes = Math.max(...slice.map((point) => point.memoryBytes));
  const largest = slice.filter((point) => point.memoryBytes === memoryBytes);
  const told = [conventional, proposal].flatMap((scheme) => largest.filter((point) => point.scheme === scheme));
  const shown = told.length > 0 ? told : largest;
  const [first] = shown;
  if (first === undefined) return 'Nothing was measured but the floor.';
  const costs = shown.map((point) => `${code(point.scheme)} ${costOf(point)} ${verdicts[verdictOn(analysis, point)]}`);
  return (
    `Finding the ${formatCount(first.pagesPerEpoch)} pages that an epoch wrote in ${formatMemory(memoryBytes)} of memory ` +
    `(${guest} guest, ${describeSetting(first)}), ${costs.join('; ')}${difference(analysis, told)}.`
  );
}

function costOf(point: AnalysedPoint): string {
  return point.withinFloor ? 'is within the floor' : `takes ${figureOfCollect(point)}`;
}

function verdictOn(analysis: Analysis, point: AnalysedPoint): MemoryVerdict {
  const model = analysis.models.find((each) => each.scheme === point.scheme && settingKey(each) === settingKey(point));
  return model?.verdict ?? 'cannot say';
}

/** How the second of two compares with the first. */
function difference(analysis: Analysis, points: readonly AnalysedPoint[]): string {
  const [first, second] = contendersAmong(points, 'collect');
  if (first === undefined || second === undefined) return '';
  const cheaper = cheaperOf(first, second, noiseShare(analysis.noise));
  if (cheaper === null) return ' (the two cannot be told apart)';
  const dearer = cheaper === first ? second : first;
  const factor = formatFactor(dearer.medianNs / Math.max(1, cheaper.medianNs));
  const bound = cheaper.withinFloor ? 'at least ' : '';
  return cheaper === second ? `, ${bound}${factor} less` : `, which is ${bound}${factor} more`;
}

/** In how many cells of memory and pages per epoch the proposal wins, ties and loses. */
function contest(analysis: Analysis, guest: string): string {
  const detection = winsOf(analysis, guest, proposal, 'collect');
  const total = winsOf(analysis, guest, proposal, 'total');
  if (detection === null || total === null)
    return `${code(proposal)}, the paper's proposal, was not measured against others.`;
  const told = (count: typeof detection) => {
    const losses =
      count.losses === 0 ? '' : ` (to ${listed(count.losesTo.map(code))}, by up to ${formatFactor(count.worst)})`;
    return `wins ${count.wins}, ties ${count.ties} and loses ${count.losses}${losses}`;
  };
  return (
    `Over ${detection.cells} cells of memory and pages per epoch, ${code(proposal)} (the paper's proposal) ${told(detection)} ` +
    `on detection alone; with the cost of marking counted it ${told(total)}.`
  );
}

/** What the proposal would change in the paper's setup. */
function consequence({ table1 }: Analysis, guest: string): string {
  const { paper, derived } = table1;
  const last = paper.at(-1);
  const most = formatNumber(derived.rows.at(-1)?.ceilingTps ?? derived.ceilingTps);
  const ceiling = `no more than ${most} transactions a second (derived), because the rest of a synchronisation stays`;
  const measured = table1.measured.find((each) => each.guest === guest);
  const row = measured?.rows.find((each) => each.scheme === proposal && each.memoryBytes === last?.memoryBytes);
  if (row === undefined || last === undefined) return `In the paper's setup even free detection gives ${ceiling}.`;
  const tps = (row.scaledTps ?? row.tps).value;
  return (
    `In the paper's setup (projected) it would take ${formatMemory(last.memoryBytes)} from the paper's ` +
    `${formatNumber(last.syncTps)} transactions a second to ${formatNumber(tps)}, where the guest alone has ` +
    `${formatNumber(last.asyncTps)}; even free detection gives ${ceiling}.`
  );
}
