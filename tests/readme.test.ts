import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { profileNames } from '../measure/profiles.js';
import { type CommandName, commandNames, commands, isCommandName } from '../scripts/commands.js';

const root = new URL('../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');

/** What is written by hand and names commands. */
const pages = ['README.md', 'DESIGN.md', 'CONTRIBUTING.md', 'docs/ci.md', 'docs/fleet.md', 'docs/publishing.md'];

/** Every option of a command and of its parts. */
async function optionsOf(name: CommandName): Promise<string[]> {
  const command = await commands[name].load();
  return [command, ...command.commands].flatMap(({ options }) => options.flatMap(({ long }) => long ?? []));
}

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

  it.each(pages)('and %s name scripts that npm has, and options that their command has', async (page) => {
    const text = readFileSync(new URL(page, root), 'utf8');
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(new URL('package.json', root), 'utf8')));
    for (const [, name = ''] of text.matchAll(/npm run (?:--silent )?([a-z][\w:]*)/g))
      expect(scripts).toHaveProperty(name);
    for (const [line, name = ''] of text.matchAll(/(?<=(?:dirtybench |`))([a-z]\w*) (?:\\\n|[^`\n#|])*--[^`\n#|]*/g)) {
      if (!isCommandName(name)) continue;
      const options = await optionsOf(name);
      for (const [option] of line.replace(/ -- .*/, '').matchAll(/(?<=\s)--[a-z][\w-]+/g)) {
        expect(options, `${page}: ${line}`).toContain(option);
      }
    }
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
