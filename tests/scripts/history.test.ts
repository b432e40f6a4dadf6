import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleMigrations } from '../reports/migrations.js';
import { runHere } from './command.js';

describe('report --history', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
    save('m.jsonl', '2026-01-01T00:00:00.000Z');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function save(name: string, startedAt: string, host?: string): void {
    const { header, runs } = sampleMigrations();
    writeFileSync(
      join(folder, name),
      [{ ...header, startedAt, ...(host === undefined ? {} : { host }) }, ...runs]
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(''),
    );
  }
  const report = (file: string) =>
    runHere(['report', '--migrations', file, '--out', `${file}-report`, '--history', 'h'], folder);

  it('keeps a run, replaces it by itself, and puts the next beside it, with a page and a chart', async () => {
    expect(await report('m.jsonl')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^history: h\/history\.md$/m),
    });
    const first = readFileSync(join(folder, 'h/history.svg'), 'utf8');
    await report('m.jsonl');
    expect(readFileSync(join(folder, 'h/history.svg'), 'utf8')).toBe(first);
    save('n.jsonl', '2026-02-01T00:00:00.000Z');
    await report('n.jsonl');
    expect(readdirSync(join(folder, 'h')).sort()).toEqual([
      '2026-01-01T00-00-00.000Z.json',
      '2026-02-01T00-00-00.000Z.json',
      'history.md',
      'history.svg',
      'history.vl.json',
    ]);
    expect(readFileSync(join(folder, 'h/history.md'), 'utf8')).toContain('2 runs: the last, of 2026-02-01,');
    expect(readFileSync(join(folder, 'h/history.svg'), 'utf8')).toContain('2026-02-01');
  }, 120_000);

  it('keeps each host’s runs apart, and hands all of them to the report’s site', async () => {
    save('n.jsonl', '2026-02-01T00:00:00.000Z', 'build/1');
    await report('m.jsonl');
    await report('n.jsonl');
    expect(readdirSync(join(folder, 'h'))).toEqual(expect.arrayContaining(['history.svg', 'history-build_1.svg']));
    const page = readFileSync(join(folder, 'h/history.md'), 'utf8');
    expect(page).toContain('2 runs on 2 hosts: ');
    expect(page).toContain('\n## build/1\n');
    const data = readFileSync(join(folder, 'n.jsonl-report/site-data.js'), 'utf8');
    expect(data).toMatch(/dirtybenchHistories = JSON\.parse\(.*2026-01-01T00:00:00.*2026-02-01T00:00:00/);
  }, 120_000);

  it('refuses a folder that holds something else, cannot be written, or has a broken run, before anything is written', async () => {
    const h = join(folder, 'h');
    mkdirSync(h);
    const refused = async (reason: string) => {
      const ended = await report('m.jsonl');
      expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(reason) });
      expect(ended.stderr.trim().split('\n')).toHaveLength(1);
      expect(readdirSync(folder)).not.toContain('m.jsonl-report');
    };
    writeFileSync(join(h, 'history.md'), '# mine');
    await refused("'h/history.md' was not written by dirtybench");
    rmSync(join(h, 'history.md'));
    writeFileSync(join(h, '2026-01-01T00-00-00.000Z.json'), '{"kind":"history"}');
    await refused("'h/2026-01-01T00-00-00.000Z.json' is no run of a history (schema: ");
    rmSync(h, { recursive: true });
    writeFileSync(h, '');
    await refused("cannot keep the history in 'h'");
  }, 120_000);
});
