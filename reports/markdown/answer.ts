import type { Analysis } from '../analysis/analysis.js';
import { cheaperOf, contendersAmong } from '../analysis/comparison.js';
import { isFinding, roundsForFinding } from '../analysis/coverage.js';
import { noiseShare } from '../analysis/noise.js';
import type { AnalysedPoint } from '../analysis/point.js';
import { isReal, settingKey } from '../analysis/setting.js';
import type { MemoryVerdict } from '../analysis/verdict.js';
import { detectionSlices, usualSlice } from '../charts/detection.js';
import { realSlice } from '../charts/real-by-memory.js';
import { guestsOf } from '../slice.js';
import { formatCount, formatFactor, formatMemory, formatNumber } from '../units.js';
import { armingSentence } from './arming.js';
import { winsOf } from './contest.js';
import { code, costOf, listed } from './prose.js';
import { conventional, proposal } from './schemes.js';

/**
 * The answer in three sentences: growth in simulation, growth on the real kernel where one was measured, who wins, and
 * what it would change in the paper's setup; in a fourth what arming costs, where that was measured.
 */
export function answer(analysis: Analysis): string {
  const guest = guestsOf(analysis.points).find((name) => !isReal({ guest: name })) ?? '';
  const real = onRealKernel(analysis);
  const simulated = guest === '' ? null : growth(analysis, guest);
  const sentences =
    real === null
      ? [simulated ?? nothingSimulated, `${contest(analysis, guest)}.`, `${consequence(analysis, guest)}.`]
      : [simulated ?? nothingSimulated, real, `${contest(analysis, guest)}; ${inShort(analysis, guest)}.`];
  const arming = armingSentence(analysis);
  return [...sentences, ...(arming === null ? [] : [arming])].join(' ');
}

const nothingSimulated = 'Nothing was simulated in this run.';

/** What detection costs with the conventional way and with the proposal, and whether it grows. */
function growth(analysis: Analysis, guest: string): string {
  const slice = detectionSlices(analysis, guest, 'memoryBytes')[0] ?? usualSlice(analysis, guest);
  if (slice === null) return 'This sweep has no synthetic workload, so it says nothing of growth with memory.';
  const largest = atLargest(slice);
  const pair = [conventional, proposal].flatMap((scheme) => largest.filter((point) => point.scheme === scheme));
  const shown = pair.length > 0 ? pair : largest.slice(0, 2);
  const [first] = shown;
  if (first === undefined) return 'Nothing was measured but the floor.';
  const { pagesPerEpoch, memoryBytes } = first;
  return (
    `On the ${guest} guest, finding ${formatCount(pagesPerEpoch)} dirty pages in ` +
    `${formatMemory(memoryBytes)} takes ${costs(analysis, shown)}.`
  );
}

/** The answer on the first real guest: the cheapest scheme of those that grow with memory by their verdict, and of those that do not. */
function onRealKernel(analysis: Analysis): string | null {
  const slice = realSlice(analysis);
  if (slice === null) return null;
  const [{ guest }] = slice;
  const largest = atLargest(slice.filter((point) => point.guest === guest)).toSorted(
    (a, b) => a.collect.medianNs - b.collect.medianNs,
  );
  const verdict = (point: AnalysedPoint) => verdictOn(analysis, point);
  const grower = largest.find((point) => verdict(point) === 'grows with memory');
  const steady =
    largest.find((point) => verdict(point) === 'does not') ?? largest.find((point) => verdict(point) === 'cannot say');
  const shown = [grower, steady].filter((point) => point !== undefined);
  const [first] = shown;
  if (first === undefined) return null;
  return `On the real kernel (${guest} guest, ${formatMemory(first.memoryBytes)}) it takes ${costs(analysis, shown)}.`;
}

function atLargest(points: readonly AnalysedPoint[]): AnalysedPoint[] {
  const memoryBytes = Math.max(...points.map((point) => point.memoryBytes));
  return points.filter((point) => point.memoryBytes === memoryBytes);
}

const verdicts: Record<MemoryVerdict, string> = {
  'grows with memory': 'which grows with memory',
  'does not': 'which does not grow with memory',
  'cannot say': 'growth with memory not determined by this run',
};

/** What each takes and whether that grows with memory, and how the second of two compares with the first. */
function costs(analysis: Analysis, points: readonly AnalysedPoint[]): string {
  const each = points.map(
    (point) => `${costOf(point)} with ${code(point.scheme)}, ${verdicts[verdictOn(analysis, point)]}`,
  );
  return `${each.join(', and ')}${difference(analysis, points)}`;
}

function verdictOn(analysis: Analysis, point: AnalysedPoint): MemoryVerdict {
  const model = analysis.models.find((each) => each.scheme === point.scheme && settingKey(each) === settingKey(point));
  return model?.verdict ?? 'cannot say';
}

function difference(analysis: Analysis, points: readonly AnalysedPoint[]): string {
  const [first, second] = contendersAmong(points, 'collect');
  if (first === undefined || second === undefined) return '';
  if (!(isFinding(first) && isFinding(second))) return ` (comparing them takes ${roundsForFinding} rounds)`;
  const cheaper = cheaperOf(first, second, noiseShare(analysis.noise));
  if (cheaper === null) return ' (the two cannot be told apart)';
  const dearer = cheaper === first ? second : first;
  const factor = formatFactor(dearer.medianNs / Math.max(1, cheaper.medianNs));
  const bound = cheaper.withinFloor ? 'at least ' : '';
  return `: ${bound}${factor} ${cheaper === second ? 'less' : 'more'}`;
}

/** In how many cells of memory and pages per epoch the proposal wins, ties and loses. */
function contest(analysis: Analysis, guest: string): string {
  const detection = winsOf(analysis, guest, proposal, 'collect');
  const total = winsOf(analysis, guest, proposal, 'total');
  if (detection === null || total === null) {
    return `${code(proposal)}, the paper's proposal, was not measured against others in rounds enough to say who wins`;
  }
  const { cells, wins, ties, losses, losesTo, worst } = detection;
  const named = losesTo.length <= 2 ? losesTo.map(code) : [...losesTo.slice(0, 1).map(code), 'others'];
  const by = losses === 0 ? '' : ` (by ${listed(named)}, by up to ${formatFactor(worst)})`;
  return (
    `In ${cells} ${cells === 1 ? 'combination' : 'combinations'} of memory and dirty pages, ${code(proposal)} is fastest in ${wins}, tied for fastest in ` +
    `${ties} and beaten in ${losses}${by} on detection alone; counting the cost of marking, it is beaten in ${total.losses}`
  );
}

/** The projection of the proposal at the paper's largest memory, where it was measured. */
function projected({ table1 }: Analysis, guest: string) {
  const last = table1.paper.at(-1);
  const measured = table1.measured.find((each) => each.guest === guest);
  const row = measured?.rows.find((each) => each.scheme === proposal && each.memoryBytes === last?.memoryBytes);
  return row === undefined || last === undefined ? null : { last, tps: (row.scaledTps ?? row.tps).value };
}

/** What the proposal would change in the paper's setup, and what not. */
function consequence(analysis: Analysis, guest: string): string {
  const { derived } = analysis.table1;
  const most = formatNumber(derived.rows.at(-1)?.ceilingTps ?? derived.ceilingTps);
  const found = projected(analysis, guest);
  if (found === null) {
    return `In the paper's setup even free detection gives no more than ${most} transactions per second (derived), because the rest of a synchronisation stays`;
  }
  const { last, tps } = found;
  return (
    `In the paper's setup (projected) it would take ${formatMemory(last.memoryBytes)} from ${formatNumber(last.syncTps)} ` +
    `transactions per second to ${formatNumber(tps)}, where the guest alone has ${formatNumber(last.asyncTps)}; even free ` +
    `detection gives no more than ${most} (derived), because the rest of a synchronisation stays`
  );
}

function inShort(analysis: Analysis, guest: string): string {
  const found = projected(analysis, guest);
  if (found === null) {
    const most = formatNumber(analysis.table1.derived.ceilingTps);
    return `the paper's setup cannot pass ${most} transactions per second (derived)`;
  }
  return `the paper's ${formatNumber(found.last.syncTps)} transactions per second would become ${formatNumber(found.tps)} (projected)`;
}
