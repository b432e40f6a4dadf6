import { code } from './prose.js';
import { blocks, type Section } from './section.js';

export const warningsSection: Section = {
  heading: 'Warnings, and what can be done',
  needs: 'a results file',
  write({ analysis }) {
    const { skipped, unavailable } = analysis.run;
    const warnings = analysis.warnings.filter(({ kind }) => kind !== 'unavailable');
    return blocks([
      warnings.length === 0
        ? 'Nothing to warn of.'
        : warnings.map(({ text, remedy }) => `- ${text} **Remedy:** ${remedy}`).join('\n'),
      ...(unavailable.length === 0
        ? []
        : [
            'Trackers that cannot run on this machine:',
            unavailable
              .map(({ tracker, why, remedy }) => `- ${code(tracker)}: ${why}. **Remedy:** ${remedy}`)
              .join('\n'),
          ]),
      ...(skipped.length === 0
        ? []
        : [
            'Combinations of the sweep that were left out:',
            skipped.map(({ what, why }) => `- ${what}: ${why}`).join('\n'),
          ]),
    ]);
  },
};
