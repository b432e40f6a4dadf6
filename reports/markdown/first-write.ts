import { pageBytes } from '../../base/size.js';
import type { Analysis } from '../analysis/analysis.js';
import { inOrder } from '../order.js';
import { formatBytes, formatMemory } from '../units.js';
import { brackets, code, figureWithInterval, nothing } from './prose.js';
import { toMarkdown } from './table.js';

/** What the first write to a page costs, by tracker and backing, at the largest memory of each; nothing where none was measured. */
export function firstWrites({ points }: Analysis): string[] {
  const measured = points.filter(({ firstWrite }) => firstWrite !== null);
  const largest = inOrder(measured.map(({ scheme }) => scheme)).flatMap((scheme) => {
    const own = measured.filter((point) => point.scheme === scheme).toSorted((a, b) => b.memoryBytes - a.memoryBytes);
    return own.slice(0, 1);
  });
  if (largest.length === 0) return [];
  const rows = largest.map(({ scheme, guest, memoryBytes, unitPages = 1, firstWrite }) => [
    code(scheme),
    guest,
    formatMemory(memoryBytes),
    formatBytes(unitPages * pageBytes),
    firstWrite === null ? nothing : figureWithInterval({ ...firstWrite.again, withinFloor: false }),
    firstWrite === null || firstWrite.fresh === null
      ? nothing
      : figureWithInterval({ ...firstWrite.fresh, withinFloor: false }),
  ]);
  return [
    'What tracking charges the running guest for the first write to a page after it was collected, beyond a second write to the same page: ' +
      `medians over rounds${brackets(largest.flatMap(({ firstWrite }) => firstWrite?.again ?? []))}. *Finds* is the least that a tracker finds at once: where that is a huge page, so ` +
      'much is charged for each of these. *The very first* also splits a huge page, where it can be split, and copies a page of a file.',
    toMarkdown({
      of: 'figures',
      header: ['tracker', 'guest', 'memory', 'finds', 'a first write', 'the very first'],
      rows,
    }),
  ];
}
