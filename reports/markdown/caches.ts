import { type CacheState, cacheStates, describeCache, touchedBytes } from '../../results/cache.js';
import type { Analysis } from '../analysis/analysis.js';
import { groupBy } from '../analysis/group.js';
import type { AnalysedPoint } from '../analysis/point.js';
import { isContender } from '../analysis/role.js';
import { isSingle } from '../analysis/setting.js';
import { inOrder } from '../order.js';
import { formatMemory } from '../units.js';
import { code, figureOfCollect, nothing } from './prose.js';
import { blocks, forEachGuest, type Section } from './section.js';
import { toMarkdown } from './table.js';

/** What of a main table's point is held while the caches differ. */
const compared = { workload: 'uniform', pagesPerEpoch: 64 };

/** The same collects after the guest has displaced nothing, the L2 cache, or all caches. */
export const cachesSection: Section = {
  heading: 'What the caches make of it',
  needs: null,
  write: ({ analysis }) => {
    const tables = forEachGuest(analysis, (guest) => tableOf(analysis, guest));
    return tables.length === 0 ? null : blocks([howToRead(analysis), ...tables]);
  },
};

function howToRead({ run: { environment, footprintBytes } }: Analysis): string {
  const last = environment.l3Bytes === null ? 'the last level, whose size this machine does not say' : 'the last level';
  const size = environment.l3Bytes === null ? '' : ` (${formatMemory(environment.l3Bytes)})`;
  return (
    `Measured: median of a collect of ${compared.pagesPerEpoch} pages, ${compared.workload} writes, by what the guest displaces before it: nothing, ` +
    `${formatMemory(footprintBytes)} (L2-cold), or ${formatMemory(touchedBytes('dram', footprintBytes, environment))}, after which all comes from memory. ` +
    `A byte per page takes ${formatMemory(2 ** 18)} for each 1G of guest: while that fits ${last}${size}, a scan of it with an L2-cold cache never reads memory. ` +
    'Which of the three is meant depends on what a guest does between two I/Os: one that works through more than the last level finds the last column.'
  );
}

function tableOf({ points }: Analysis, guest: string): string[] | null {
  const meant = points.filter(
    (point) =>
      point.guest === guest &&
      point.workload === compared.workload &&
      point.pagesPerEpoch === compared.pagesPerEpoch &&
      isSingle(point) &&
      isContender(point),
  );
  const cells = groupBy(meant, ({ scheme, memoryBytes }) => `${scheme} ${memoryBytes}`);
  const several = [...cells.values()].filter((cell) => statesIn(cell).length > 1);
  if (several.length === 0) return null;
  const states = statesIn(several.flat());
  const rows = inOrder(several.flatMap((cell) => cell[0]?.scheme ?? [])).flatMap((scheme) =>
    several
      .filter((cell) => cell[0]?.scheme === scheme)
      .sort((a, b) => memoryOf(a) - memoryOf(b))
      .map((cell) => [code(scheme), formatMemory(memoryOf(cell)), ...states.map((state) => figureIn(cell, state))]),
  );
  return [toMarkdown({ of: 'figures', header: ['tracker', 'memory', ...states.map(describeCache)], rows })];
}

function memoryOf(cell: readonly AnalysedPoint[]): number {
  return cell[0]?.memoryBytes ?? 0;
}

function statesIn(points: readonly AnalysedPoint[]): CacheState[] {
  return cacheStates.filter((state) => points.some(({ cache }) => cache === state));
}

function figureIn(cell: readonly AnalysedPoint[], state: CacheState): string {
  const point = cell.find(({ cache }) => cache === state);
  return point === undefined ? nothing : figureOfCollect(point);
}
