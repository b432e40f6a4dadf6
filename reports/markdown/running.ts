import type { AnalysedPoint } from '../analysis/point.js';
import type { RunningLoss } from '../analysis/running.js';
import { inOrder } from '../order.js';
import { formatCount, formatMemory, formatPart, formatTime } from '../units.js';
import { brackets, code, figureWithInterval } from './prose.js';
import { blocks, type Section } from './section.js';
import { toMarkdown } from './table.js';

type Collected = AnalysedPoint & { readonly running: RunningLoss };

/** What a guest that goes on writing loses while another thread collects. */
export const runningSection: Section = {
  heading: 'What a running guest loses',
  needs: null,
  write({ analysis: { points } }) {
    const collected = points.flatMap((point): Collected[] =>
      point.running === null ? [] : [{ ...point, running: point.running }],
    );
    if (collected.length === 0) return null;
    const rows = inOrder(collected.map(({ scheme }) => scheme)).flatMap((scheme) =>
      collected
        .filter((point) => point.scheme === scheme)
        .toSorted((a, b) => a.memoryBytes - b.memoryBytes || a.dirtyPages - b.dirtyPages)
        .map(rowOf),
    );
    return blocks([
      `Collected while the guest goes on writing on a thread of its own. Medians over rounds${brackets(collected.map(({ running }) => running.collect))}.`,
      toMarkdown({
        of: 'figures',
        header: [
          'tracker',
          'memory',
          'pages',
          'a collect',
          'writes a second before',
          'left during',
          'longest gap between collects',
          'in a collect',
          'in any',
        ],
        rows,
      }),
      '*How to read this:* the guest writes its pages over and over and looks at its own clock after each write. *Left during* is how many ' +
        'writes a second it still makes while it is collected, of those in the millisecond before. A *gap* is the time between two ' +
        'writes, medians over collects of the longest; between collects it is the faults of the first writes after one. With every collect ' +
        'each write finished before it was found by it or the one before, and copied with it.',
      'Published by others, not measured here: guests of cloud-hypervisor stall for 103 to 367 ms in a pre-copy, which “no metric reports” (#8899).',
    ]);
  },
};

function rowOf({ scheme, memoryBytes, dirtyPages, running }: Collected): string[] {
  const { collect, beforePerSecond, duringPerSecond, gapBetween, gapDuring, longestGapNs } = running;
  return [
    code(scheme),
    formatMemory(memoryBytes),
    formatCount(Math.round(dirtyPages)),
    figureWithInterval({ ...collect, withinFloor: false }),
    formatCount(Math.round(beforePerSecond.value)),
    formatPart(duringPerSecond.value / Math.max(1, beforePerSecond.value)),
    formatTime(gapBetween.medianNs),
    figureWithInterval({ ...gapDuring, withinFloor: false }),
    formatTime(longestGapNs),
  ];
}
