import { readFileSync, writeFileSync } from 'node:fs';

/** Puts the main table of the published report into the README, between its marks: `npm run report:publish` ends with it. */
const root = new URL('../../', import.meta.url);
const readme = new URL('README.md', root);
const place = /(<!-- main table.*?-->\n).*?(\n<!-- end)/s;

const [table] = /^\| detection by.*?(?=\n\n)/ms.exec(readFileSync(new URL('docs/report.md', root), 'utf8')) ?? [];
const text = readFileSync(readme, 'utf8');
if (table === undefined || !place.test(text))
  throw new Error('docs/report.md has no main table, or README.md no place for it');
writeFileSync(
  readme,
  text.replace(place, (_all, before: string, after: string) => `${before}${table}${after}`),
);
