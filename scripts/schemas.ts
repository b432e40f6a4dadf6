// `npm run schemas`: the JSON Schemas of results files and of analysis.json, and the page that explains them, in docs/schema/.
import { mkdirSync, writeFileSync } from 'node:fs';
import { schemaPage } from '../reports/markdown/schemas.js';
import { analysisSchema } from '../reports/schema/analysis.js';
import { fileFormats, lineSchema } from '../reports/schema/formats.js';

const folder = new URL('../../docs/schema/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const format of fileFormats) {
  writeFileSync(new URL(`${format.name}.schema.json`, folder), `${JSON.stringify(lineSchema(format), null, 1)}\n`);
}
writeFileSync(new URL('analysis.schema.json', folder), `${JSON.stringify(analysisSchema(), null, 1)}\n`);
writeFileSync(new URL('README.md', folder), schemaPage());
