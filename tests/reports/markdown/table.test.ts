import { describe, expect, it } from 'vitest';
import { type Table, toMarkdown, toText } from '../../../reports/markdown/table.js';

const table: Table = {
  of: 'figures',
  header: ['tracker', 'collect'],
  rows: [
    ['`a|b`', '7.7 µs'],
    ['line\nbreak', '12 ns'],
  ],
};

describe('a table', () => {
  it('keeps its columns when a cell has a pipe or a line break', () => {
    const lines = toMarkdown(table).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[2]).toContain('`a\\|b`');
    for (const line of lines) expect(line.match(/(?<!\\)\|/g)).toHaveLength(3);
  });

  it('aligns figures right and words left', () => {
    expect(toMarkdown(table).split('\n')[1]).toMatch(/^\| :-+ \| -+: \|$/);
    expect(toMarkdown({ ...table, of: 'words' }).split('\n')[1]).toMatch(/^\| :-+ \| :-+ \|$/);
  });

  it('reads as aligned text without Markdown', () => {
    const [header, rule, first] = toText({ ...table, rows: [['`flag-scan`', '**7.7 µs**']] }).split('\n');
    expect(header).toBe('tracker    collect');
    expect(rule).toBe('---------  -------');
    expect(first).toBe('flag-scan   7.7 µs');
  });
});
