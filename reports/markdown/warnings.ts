import type { Analysis } from '../analysis/analysis.js';
import { groupBy } from '../analysis/group.js';
import type { Section } from './section.js';

/** What the results cannot be relied on for, and the remedies. */
export const warningsSection: Section = {
  heading: 'Warnings, and what can be done',
  needs: 'a results file',
  write: ({ analysis }) => warningsText(analysis),
};

/** Warnings with their remedies, or that there are none; then what the sweep left out. */
export function warningsText({ run: { skipped }, warnings }: Analysis): string {
  const shown = warnings.filter(({ kind }) => kind !== 'unavailable');
  return [
    shown.length === 0
      ? 'Nothing to warn of.'
      : shown.map(({ text, remedy }) => `- ${text} **Remedy:** ${remedy}`).join('\n'),
    ...(skipped.length === 0
      ? []
      : [
          'Combinations of the sweep that were left out:',
          [...groupBy(skipped, ({ why }) => why)].map(([why, same]) => leftOut(why, same)).join('\n'),
        ]),
  ].join('\n\n');
}

/** One line for all combinations that were left out for the same reason. */
function leftOut(why: string, combinations: readonly { readonly what: string }[]): string {
  const [first, ...more] = combinations;
  const others = more.length === 0 ? '' : `, and ${more.length} more`;
  return `- ${first?.what ?? ''}${others}: ${why}`;
}
