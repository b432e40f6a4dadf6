import type { ComparedCost } from '../analysis/comparison.js';
import type { LibraryContest } from '../analysis/library.js';
import { roleOf } from '../analysis/role.js';
import { inOrder } from '../order.js';
import { describeSetting, slices } from '../slice.js';
import { formatCount, formatFactor, formatFactors, formatMemory } from '../units.js';
import { code, listed, nothing } from './prose.js';
import { proposal } from './schemes.js';
import { blocks, type Context, forEachGuest, type Section } from './section.js';
import { toMarkdown } from './table.js';

/** The section that holds each scheme beside the sets of npm and JavaScript. */
export const librariesSection: Section = {
  heading: 'What people would use instead',
  needs: 'a tracker `library-...` beside another at the same memory and pages per epoch, both in five rounds or more',
  write({ analysis }) {
    const tables = forEachGuest(analysis, (guest) => {
      const [slice] = slices(
        analysis.libraries.filter((each) => each.guest === guest),
        {},
      );
      if (slice === undefined) return null;
      return [
        `The sets that npm and JavaScript have for this, as trackers under the same rules, beside each scheme, over all cells of ` +
          `memory and pages per epoch (${describeSetting(slice[0])}). A cell of the tables says in how many of them the scheme ` +
          'is cheaper, and by how much.',
        ...(['collect', 'total'] as const).flatMap((cost) => contests(slice, cost)),
      ];
    });
    return blocks([...tables, ...missing(analysis)]);
  },
};

const titles: Record<ComparedCost, string> = { collect: 'Detection alone:', total: 'Marking and detection together:' };

function contests(slice: readonly LibraryContest[], cost: ComparedCost): string[] {
  const here = slice.filter((each) => each.cost === cost);
  const libraries = inOrder(here.map((each) => each.library));
  const schemes = inOrder(here.map((each) => each.scheme));
  const rows = schemes.map((scheme) => [
    code(scheme),
    ...libraries.map((library) => {
      const contest = here.find((each) => each.scheme === scheme && each.library === library);
      return contest === undefined ? nothing : record(contest);
    }),
  ]);
  return [
    titles[cost],
    toMarkdown({ of: 'words', header: ['tracker', ...libraries.map((library) => `against ${code(library)}`)], rows }),
    unbeaten(schemes, libraries, here),
    ...losses(here),
  ];
}

function record({ cells, cheaper, ties, dearer, leastRatio, mostRatio }: LibraryContest): string {
  const lead = leastRatio === null || mostRatio === null ? '' : ` (${formatFactors(leastRatio, mostRatio)})`;
  const tied = ties === 0 ? '' : `; ${ties} tied`;
  const worst = Math.max(...dearer.map(({ ratio }) => ratio));
  const lost = dearer.length === 0 ? '' : `; **slower in ${dearer.length}** (up to ${formatFactor(worst)})`;
  return `${cheaper} of ${cells}${lead}${tied}${lost}`;
}

/** Which schemes no library beats anywhere. */
function unbeaten(
  schemes: readonly string[],
  libraries: readonly string[],
  contests: readonly LibraryContest[],
): string {
  const never = schemes.filter((scheme) =>
    contests.every((each) => each.scheme !== scheme || each.dearer.length === 0),
  );
  const among = listed(libraries.map(code));
  return never.length === 0
    ? `Each scheme is slower than one of ${among} somewhere.`
    : `Nowhere slower than any of ${among}: ${listed(never.map(code))}.`;
}

/** Where the paper's proposal loses against a library, and why. */
function losses(contests: readonly LibraryContest[]): string[] {
  const lines = contests
    .filter((each) => each.scheme === proposal)
    .flatMap(({ library, dearer }) =>
      dearer.map(({ memoryBytes, pagesPerEpoch, ratio, because }) => {
        const cell = `${formatCount(pagesPerEpoch)} dirty pages in ${formatMemory(memoryBytes)}`;
        return `- ${code(library)}, ${cell}: ${formatFactor(ratio)} (${because}).`;
      }),
    );
  return lines.length === 0
    ? []
    : [`Where ${code(proposal)} is the slower one, and what of its cost makes it so:`, lines.join('\n')];
}

function missing({ run }: Context['analysis']): string[] {
  const libraries = run.unavailable.filter(({ tracker }) => roleOf(tracker) === 'library');
  if (libraries.length === 0) return [];
  const lines = libraries.map(({ tracker, why, remedy }) => `- ${code(tracker)}: ${why}. **Remedy:** ${remedy}`);
  return ['Not measured here:', lines.join('\n')];
}
