import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Puts the main table of the published report into the README, a table for each kind of guest, each between its marks: `npm run
 * report:publish` ends with it.
 */
const root = new URL('../../', import.meta.url);
const readme = new URL('README.md', root);

const [table] = /^\| detection by.*?(?=\n\n)/ms.exec(readFileSync(new URL('docs/report.md', root), 'utf8')) ?? [];
if (table === undefined) throw new Error('docs/report.md has no main table');
const [header = '', rule = '', ...rows] = table.split('\n');

const tables = {
  paper: rows.filter((row) => /^\| (?:paper|derived):/.test(row)),
  kvm: rows.filter((row) => row.includes('(kvm)')),
  process: rows.filter((row) => row.includes('(process)')),
  simulated: rows.filter((row) => row.includes('(simulated)')),
};

let text = readFileSync(readme, 'utf8');
for (const [name, chosen] of Object.entries(tables)) {
  const place = new RegExp(`(<!-- main table: ${name} -->\n).*?(<!-- end)`, 's');
  if (!place.test(text)) throw new Error(`README.md has no place for the main table of ${name}`);
  const shown = [header, rule, ...chosen].join('\n');
  text = text.replace(place, (_all, before: string, after: string) => `${before}${shown}\n${after}`);
}
writeFileSync(readme, text);
