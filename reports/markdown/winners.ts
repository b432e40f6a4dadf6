import type { ComparedCost } from '../analysis/comparison.js';
import { roundsForFinding } from '../analysis/coverage.js';
import type { Crossing, Crossover } from '../analysis/crossover.js';
import { inOrder } from '../order.js';
import { describeSetting, slices } from '../slice.js';
import { formatCount, formatFactor, formatMemory } from '../units.js';
import { changeovers } from './changeover.js';
import { code, listed } from './prose.js';
import { proposal } from './schemes.js';
import { blocks, forEachGuest, type Section, showChart } from './section.js';
import { toMarkdown } from './table.js';

/** Which tracker is cheapest, and where that changes. */
export const winnersSection: Section = {
  heading: 'Who wins where',
  needs: 'two or more trackers at two or more numbers of pages per epoch, in five rounds or more',
  write(context) {
    const tables = forEachGuest(context.analysis, (guest) => {
      const along = context.analysis.crossovers.filter((each) => each.guest === guest && each.along === 'pages');
      const [slice] = slices(along, { held: 4 * 2 ** 30 });
      if (slice === undefined) return null;
      const subject = subjectOf(slice);
      const others = inOrder(slice.flatMap(({ first, second }) => [first, second])).filter((name) => name !== subject);
      return [
        `${code(subject)} against each other tracker as pages per epoch grow, ${formatMemory(slice[0].held)} of memory, ` +
          `${describeSetting(slice[0])}:`,
        toMarkdown({
          of: 'words',
          header: ['against', 'detection alone', 'marking and detection'],
          rows: others.map((other) => [
            code(other),
            ...(['collect', 'total'] as const).map((cost) => verdict(slice, subject, other, cost)),
          ]),
        }),
      ];
    });
    const changes = forEachGuest(context.analysis, (guest) => {
      const sentences = changeovers(context.analysis, guest);
      return sentences.length === 0 ? null : [sentences.map((sentence) => `- ${sentence}`).join('\n')];
    });
    return blocks([
      ...showChart('winners', context),
      ...tables,
      ...(changes.length === 0
        ? []
        : ['Where the queue stops being the better way, by what was measured:', ...changes]),
    ]);
  },
};

/** The paper's proposal where it was measured, else the first of the schemes. */
function subjectOf(crossovers: readonly Crossover[]): string {
  const [first = ''] = inOrder(crossovers.flatMap(({ first, second }) => [first, second]));
  return crossovers.some((each) => each.first === proposal || each.second === proposal) ? proposal : first;
}

function verdict(crossovers: readonly Crossover[], subject: string, other: string, cost: ComparedCost): string {
  const found = crossovers.find(
    (each) => each.cost === cost && [each.first, each.second].every((name) => name === subject || name === other),
  );
  if (found === undefined) return 'not measured together';
  const { outcome } = found;
  if (outcome.kind === 'few rounds') return `takes ${roundsForFinding} rounds to say`;
  if (outcome.kind === 'within noise') return 'within the noise';
  if (outcome.kind === 'crosses') return listed(outcome.crossings.map((crossing) => describe(crossing, subject)));
  const range = `${formatFactor(outcome.leastRatio)} to ${formatFactor(outcome.mostRatio)}`;
  return `${outcome.cheaper === subject ? 'faster' : '**slower**'} wherever they can be told apart, ${range}`;
}

function describe({ at, after, before, below }: Crossing, subject: string): string {
  const [now, then] = below === subject ? ['faster', '**slower**'] : ['**slower**', 'faster'];
  return `${now} up to about ${formatCount(at)} pages (${formatCount(after)} to ${formatCount(before)}), then ${then}`;
}
