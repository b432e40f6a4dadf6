import { costFields, documentFields, pointFields } from '../analysis/document.js';
import { code } from './prose.js';
import { blocks, type Section } from './section.js';
import { toMarkdown } from './table.js';

/** What the fields of analysis.json mean. */
export const documentSection: Section = {
  heading: 'How to read analysis.json',
  needs: 'a results file',
  write: () =>
    blocks([
      'All figures of this report, and those it has no room for. Times are in nanoseconds, sizes in bytes.',
      fields('field', documentFields),
      'Each of `points`:',
      fields('field of a point', pointFields),
      'Each cost of a point (`run`, `collect`, `kernel`):',
      fields('field of a cost', costFields),
    ]),
};

function fields(header: string, descriptions: Readonly<Record<string, string>>): string {
  const rows = Object.entries(descriptions).map(([name, text]) => [code(name), text]);
  return toMarkdown({ of: 'words', header: [header, 'meaning'], rows });
}
