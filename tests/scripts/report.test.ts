import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from './command.js';

const small = ['--memory', '4M,8M', '--pages', '16', '--epochs', '20', '--rounds', '2', '--concurrency', '1'];

describe('dirtybench report', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('measures, writes the report with its data, and prints the main table', async () => {
    const ended = await run(['report', ...small, '--out', 'mine'], folder);
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('report: mine/report.md') });
    expect(readFileSync(join(folder, 'mine/report.md'), 'utf8')).toContain('flag-queue');
    expect(existsSync(join(folder, 'mine/results.jsonl'))).toBe(true);
    expect(existsSync(join(folder, 'mine/results.partial.jsonl'))).toBe(false);
    const analysis: unknown = JSON.parse(readFileSync(join(folder, 'mine/analysis.json'), 'utf8'));
    expect(analysis).toMatchObject({
      points: expect.arrayContaining([expect.objectContaining({ tracker: 'flag-scan' })]),
    });
  });

  it('writes the same report from the results as when it measured them', async () => {
    await run(['report', ...small, '--out', 'mine'], folder);
    const ended = await run(['report', '--from', 'mine/results.jsonl', '--out', 'again'], folder);
    expect(ended.code).toBe(0);
    for (const file of ['report.md', 'analysis.json', 'results.jsonl']) {
      expect(readFileSync(join(folder, 'again', file), 'utf8')).toBe(readFileSync(join(folder, 'mine', file), 'utf8'));
    }
  });

  it.each([
    [['--from', 'none.jsonl'], "cannot read results file 'none.jsonl'"],
    [['--from', 'empty.jsonl'], 'empty.jsonl: nothing in it is finished'],
    [['--from', 'broken.jsonl'], 'broken.jsonl, line 1'],
    [['--out', 'a-file', ...small], 'a-file'],
    [['--profile', 'repotr'], "did you mean 'report'"],
  ])('%j is one line on stderr and exit code 2', async (args, message) => {
    writeFileSync(join(folder, 'empty.jsonl'), '');
    writeFileSync(join(folder, 'broken.jsonl'), '{}\n');
    writeFileSync(join(folder, 'a-file'), '');
    const ended = await run(['report', ...args], folder);
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });
});
