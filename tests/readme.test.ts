import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { profileNames } from '../measure/profiles.js';
import { commandNames } from '../scripts/commands.js';

const root = new URL('../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');

describe('the README', () => {
  it('has every row of the main table that the committed report has, by kind of guest', () => {
    const [table = ''] =
      /^\| detection by.*?(?=\n\n)/ms.exec(readFileSync(new URL('docs/report.md', root), 'utf8')) ?? [];
    const rows = table.split('\n');
    expect(rows.length).toBeGreaterThan(15);
    for (const row of rows) expect(readme).toContain(row);
    const shown = readme
      .split('\n')
      .filter((line) => /^\| (?:paper:|derived:|`[\w-]+` \((?:kvm|process|simulated)\))/.test(line));
    expect(rows).toEqual(expect.arrayContaining(shown));
  });

  it('links to files that are there', () => {
    for (const [, path = ''] of readme.matchAll(/\]\(((?!https?:)[^)]+)\)/g)) {
      expect(() => readFileSync(new URL(path, root)), path).not.toThrow();
    }
  });

  it('names every profile', () => {
    for (const name of profileNames) expect(readme).toContain(`| \`${name}\` |`);
  });

  it('names every command', () => {
    const used = new Set([...readme.matchAll(/(?:dirtybench|npm run) ([a-z]\w*)/g)].map(([, name]) => name));
    expect(commandNames.filter((name) => !used.has(name))).toEqual([]);
  });
});
