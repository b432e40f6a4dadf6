import type { Analysis } from '../analysis/analysis.js';
import type { ComparedCost } from '../analysis/comparison.js';
import { roundsForFinding } from '../analysis/coverage.js';
import type { Crossing, Crossover } from '../analysis/crossover.js';
import { dutyOf } from '../analysis/duty.js';
import { isRecorded, settingKey } from '../analysis/setting.js';
import { inOrder } from '../order.js';
import { slices } from '../slice.js';
import { formatCount, formatFactor, formatFactors, formatMemory } from '../units.js';
import { code } from './prose.js';
import { proposal } from './schemes.js';

/**
 * For each memory of a guest, in one sentence for detection and one with marking: up to how many dirty pages the queue
 * wins over the scan that overtakes it first, by how much, and what comes after.
 */
export function changeovers(analysis: Analysis, guest: string): string[] {
  const along = analysis.crossovers.filter(
    (each) => each.guest === guest && each.along === 'pages' && !isRecorded(each),
  );
  const [slice] = slices(along, {});
  if (slice === undefined) return [];
  const here = along.filter((each) => settingKey(each) === settingKey(slice[0]));
  const queue = queueOf(here);
  if (queue === null) return [];
  const memories = [...new Set(here.map((each) => each.held))].sort((a, b) => a - b);
  return (['collect', 'total'] as const).flatMap((cost) =>
    memories.flatMap((memory) => {
      const rivals = here.filter((each) => each.cost === cost && each.held === memory && rivalOf(each, queue) !== null);
      const soonest = rivals.toSorted((a, b) => lasts(a, queue) - lasts(b, queue))[0];
      return soonest === undefined ? [] : [sentence(soonest, queue, rivalOf(soonest, queue) ?? '', cost)];
    }),
  );
}

/** The queue whose fate is told: the paper's where it was measured, else the first scheme that scans nothing. */
function queueOf(crossovers: readonly Crossover[]): string | null {
  const schemes = inOrder(crossovers.flatMap(({ first, second }) => [first, second]));
  const queues = schemes.filter((scheme) => dutyOf(scheme)?.kind === 'touch');
  return queues.find((scheme) => scheme === proposal) ?? queues[0] ?? null;
}

/** The scan that a crossover sets against the queue; null where it is not one of the queue and a scan. */
function rivalOf({ first, second }: Crossover, queue: string): string | null {
  if (first !== queue && second !== queue) return null;
  const other = first === queue ? second : first;
  return dutyOf(other)?.kind === 'read' ? other : null;
}

/** Up to how many dirty pages the queue is ahead. Among scans that never overtake it, the nearest comes first. */
function lasts({ outcome, to }: Crossover, queue: string): number {
  if (outcome.kind === 'within noise' || outcome.kind === 'few rounds') return 0;
  if (outcome.kind === 'one cheaper') return outcome.cheaper === queue ? to * (1 + outcome.leastRatio) : 0;
  const end = endOf(outcome.crossings, queue);
  return end === undefined ? to : end.at;
}

/** The first crossing at which the queue falls behind. */
function endOf(crossings: readonly Crossing[], queue: string): Crossing | undefined {
  return crossings.find(({ below }) => below === queue);
}

const counted: Record<ComparedCost, string> = {
  collect: 'on detection alone',
  total: 'with marking counted',
};

function sentence({ outcome, held, from, to }: Crossover, queue: string, rival: string, cost: ComparedCost): string {
  const where = `In ${formatMemory(held)} of memory, ${counted[cost]},`;
  const range = `${formatCount(from)} to ${formatCount(to)} dirty pages`;
  if (outcome.kind === 'few rounds')
    return `${where} which of ${code(queue)} and ${code(rival)} wins takes ${roundsForFinding} rounds to say.`;
  if (outcome.kind === 'within noise')
    return `${where} ${code(queue)} and ${code(rival)} cannot be told apart from ${range}: the noise is too large, or they cost the same.`;
  if (outcome.kind === 'one cheaper') {
    const lead = `by ${formatFactors(outcome.leastRatio, outcome.mostRatio)}`;
    const [winner, loser] = outcome.cheaper === queue ? [queue, rival] : [rival, queue];
    return `${where} ${code(winner)} wins over ${code(loser)} wherever the two can be told apart from ${range}, ${lead}.`;
  }
  return `${where} ${inTurn(outcome.crossings)}.`;
}

/** Who wins up to the first crossing, up to each further one, and beyond the last. */
function inTurn(crossings: readonly Crossing[]): string {
  const last = crossings.at(-1);
  if (last === undefined) throw new Error('a crossover that crosses has a crossing');
  const parts = crossings.map(({ at, below, mostRatioBelow }, index) => {
    const wins = index === 0 ? `${code(below)} wins` : `then ${code(below)}`;
    const pages = index === 0 ? ' dirty pages' : '';
    return `${wins} up to about ${formatCount(at)}${pages}, by up to ${formatFactor(mostRatioBelow)}`;
  });
  return [...parts, `beyond that ${code(last.above)} does, by up to ${formatFactor(last.mostRatioAbove)}`].join('; ');
}
