import type { FieldTexts } from '../schema/described.js';
import { type FileFormat, fileFormats } from '../schema/formats.js';
import { code } from './prose.js';
import { toMarkdown } from './table.js';

/** The page that explains every field of every kind of results file. */
export function schemaPage(): string {
  return `${[
    '# Results files, field by field',
    'Made by `npm run schemas` from what dirtybench itself reads files with; each kind of file has a JSON Schema of its lines beside this ' +
      'page. Files are JSON Lines: an object a line, the header first. Names end in their unit where they have one: `Ns` is nanoseconds, ' +
      '`Bytes` bytes; a page is 4096 bytes. The fields of `analysis.json` ([analysis.schema.json](analysis.schema.json)) are explained at the end of each report.',
    ...fileFormats.flatMap(sectionOf),
  ].join('\n\n')}\n`;
}

function sectionOf({ name, description, lines }: FileFormat): string[] {
  return [
    `## ${name}`,
    `${description} JSON Schema: [${name}.schema.json](${name}.schema.json).`,
    ...lines.flatMap((line) => [
      `### ${name}: ${line.name}`,
      toMarkdown({
        of: 'words',
        header: ['field', 'meaning'],
        rows: rowsOf(line.fields, ''),
      }),
    ]),
  ];
}

function rowsOf(fields: FieldTexts, path: string): string[][] {
  return Object.entries(fields).flatMap(([name, field]) =>
    typeof field === 'string'
      ? [[code(`${path}${name}`), field]]
      : [[code(`${path}${name}`), field.text], ...rowsOf(field.of, `${path}${name}.`)],
  );
}
