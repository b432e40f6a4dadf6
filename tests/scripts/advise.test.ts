import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analysisJson } from '../../reports/analysis/document.js';
import { sampleAnalysis } from '../reports/sample.js';
import { run, runHere } from './command.js';

const question = ['advise', '--memory', '8G', '--pages', '500', '--io-frequency', '100'];

describe('dirtybench advise', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
    writeFileSync(join(folder, 'analysis.json'), analysisJson(sampleAnalysis()));
    writeFileSync(join(folder, 'other.json'), '{}');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('answers from an analysis, and says that it is of another machine', async () => {
    const { code, stdout } = await runHere([...question, '--from', 'analysis.json'], folder);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^For a 8G guest of a VMM of your own .* use \S+/);
    expect(stdout).toMatch(/^flag-scan .* \d+ %/m);
    expect(stdout).toContain('CPU: Model CPU, here');
  });

  it('measures the point itself if asked, and answers as JSON', async () => {
    const { code, stdout } = await run(
      [
        'advise',
        '--guest',
        'simulated',
        '--memory',
        '64M',
        '--pages',
        '16',
        '--io-frequency',
        '100',
        '--measure',
        '--rounds',
        '1',
        '--json',
      ],
      folder,
    );
    expect(code).toBe(0);
    const answer: { sentence: string; schemes: { scheme: string; stop: { basis: string } }[]; machine: object } =
      JSON.parse(stdout);
    expect(answer.machine).toMatchObject({ unlike: [] });
    expect(answer.schemes.map(({ scheme }) => scheme)).toContain('flag-queue');
    expect([...new Set(answer.schemes.map(({ stop }) => stop.basis))]).toEqual(['measured']);
    expect(answer.sentence).toContain('64M guest');
  });

  it.each([
    [['--out', 'mine.jsonl'], '--out is for --measure'],
    [['--rounds', '3'], '--rounds is for --measure'],
    [['--from', 'analysis.json', '--measure'], '--from analysis.json holds results, and --measure measures others'],
  ])('refuses %j, which would do nothing, in one line', async (flags, why) => {
    const { code, stderr } = await runHere([...question, ...flags], folder);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(why) });
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it.each([
    ['nowhere.json', 'cannot read the analysis'],
    ['nowhere.jsonl', 'cannot read results file'],
    ['other.json', 'no analysis of a sweep'],
    ['analysis.json --guest kvm', "no guest 'kvm' was measured"],
  ])('refuses --from %s in one line', async (file, why) => {
    const { code, stderr } = await runHere([...question, '--from', ...file.split(' ')], folder);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(why) });
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
