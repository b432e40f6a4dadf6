import { published } from '../analysis/published.js';
import { blocks, type Section } from './section.js';
import { toMarkdown } from './table.js';

/** Figures that others have published, with their sources. */
export const publishedSection: Section = {
  heading: 'What others have published',
  needs: 'nothing',
  write: () =>
    blocks([
      'None of this was measured here: other machines, other guests, other questions. It says how large such costs have been found.',
      toMarkdown({
        of: 'words',
        header: ['published', 'setup', 'source'],
        rows: published.map(({ figure, setup, source }) => [figure, setup, source]),
      }),
      'Of the dirty ring its authors say there that no migration had become faster with it yet, and that tests with ' +
        'COLO-like workloads would be welcome: an epoch that ends at each I/O, as here, is one.',
    ]),
};
