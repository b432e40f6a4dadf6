import { groupBy } from '../analysis/group.js';
import { blocks, type Section } from './section.js';

/** What the results cannot be relied on for, and the remedies. */
export const warningsSection: Section = {
  heading: 'Warnings, and what can be done',
  needs: 'a results file',
  write({ analysis }) {
    const { skipped } = analysis.run;
    const warnings = analysis.warnings.filter(({ kind }) => kind !== 'unavailable');
    return blocks([
      warnings.length === 0
        ? 'Nothing to warn of.'
        : warnings.map(({ text, remedy }) => `- ${text} **Remedy:** ${remedy}`).join('\n'),
      ...(skipped.length === 0
        ? []
        : [
            'Combinations of the sweep that were left out:',
            [...groupBy(skipped, ({ why }) => why)].map(([why, same]) => leftOut(why, same)).join('\n'),
          ]),
    ]);
  },
};

/** One line for all combinations that were left out for the same reason. */
function leftOut(why: string, combinations: readonly { readonly what: string }[]): string {
  const [first, ...more] = combinations;
  const others = more.length === 0 ? '' : `, and ${more.length} more`;
  return `- ${first?.what ?? ''}${others}: ${why}`;
}
