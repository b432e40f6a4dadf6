import { blocks, type Section } from './section.js';

/** The command that measures the same again. */
export const reproduceSection: Section = {
  heading: 'How to reproduce it',
  needs: 'a results file',
  write({ analysis }) {
    const { command, seeds, version, startedAt, sweep } = analysis.run;
    return blocks([
      `dirtybench ${version}, sweep \`${sweep}\`, ${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}, begun ${startedAt}:`,
      `\`\`\`sh\n${command}\n\`\`\``,
      'The same seed gives the same writes, page for page; times are the machine’s own. `results.jsonl` beside this report has ' +
        'every round with its histograms; the report can be written from it again without measuring: ' +
        '`dirtybench report --from results.jsonl`.',
    ]);
  },
};
