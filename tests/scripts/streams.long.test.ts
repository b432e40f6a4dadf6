import { execFileSync, spawn } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readResults } from '../../results/file.js';
import { entry, run, runWith } from './command.js';

const small = ['--tracker', 'flag-queue', '--memory', '4M', '--pages', '16', '--epochs', '20', '--rounds', '2'];

describe('a stream', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const written = (results: string) => {
    writeFileSync(join(folder, 'r.jsonl'), results);
    return readResults(join(folder, 'r.jsonl'))?.rounds.length;
  };

  /** Measures into a stream in a folder of its own; `left`: what is in that afterwards. */
  async function measured(out: string) {
    const empty = mkdtempSync(join(tmpdir(), 'dirtybench-'));
    const ended = await run(['measure', ...small, '--out', out], empty);
    const left = readdirSync(empty);
    rmSync(empty, { recursive: true });
    return { ...ended, left };
  }
  let printed: Awaited<ReturnType<typeof measured>>;
  beforeAll(async () => {
    printed = await measured('-');
  });

  it.each(['-', '/dev/stdout'])('takes the results where --out is %s, and the figures go to stderr', async (out) => {
    const { left, ...ended } = out === '-' ? printed : await measured(out);
    expect(ended).toMatchObject({ code: 0, stderr: expect.stringMatching(/^flag-queue +4M +16 /m) });
    expect(written(ended.stdout)).toBe(6);
    expect(left).toEqual([]);
  });

  it('is a pipe with a name too, and one that nobody reads is refused at once', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(await run(['measure', ...small, '--out', pipe], folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`cannot write to '${pipe}': nobody reads it: start its reader first`),
    });
    const reading = text(createReadStream(pipe));
    expect((await run(['measure', ...small, '--out', pipe], folder)).code).toBe(0);
    expect(written(await reading)).toBe(6);
  });

  it('that is full, or whose reader has ended, is said in a line', async () => {
    expect(await run(['measure', ...small, '--out', '/dev/full'], folder)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/cannot write to '\/dev\/full': ENOSPC/),
    });
    const piped = `"$0" "$1" measure ${small.join(' ')} --out - | true`;
    const shell = spawn('/bin/sh', ['-c', piped, process.execPath, entry], { cwd: folder });
    expect(await text(shell.stderr)).toContain("dirtybench: cannot write to '-': its reader has ended");
  });

  it('gives the results that a report is made of, and a sweep', async () => {
    const { stdout } = printed;
    const report = await runWith(stdout, ['report', '--from', '-'], folder);
    expect(report).toMatchObject({ code: 0, stdout: expect.stringContaining('report: report/report.md') });
    expect(readFileSync(join(folder, 'report/results.jsonl'), 'utf8')).toBe(stdout);
    expect(existsSync(join(folder, '-'))).toBe(false);

    const rows = await runWith(stdout, ['export', '-'], folder);
    expect(rows).toMatchObject({ code: 0, stdout: expect.stringMatching(/^version,.*\n.*,simulated,flag-queue,/) });

    const sweep = 'tracker: flag-queue\nmemory: 4M\n';
    const planned = await runWith(sweep, ['measure', '--sweep', '-', '--dry-run'], folder);
    expect(planned).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ {2}tracker +flag-queue, null$/m) });
  });

  it('gives nothing: a line', async () => {
    expect(await runWith('', ['report', '--from', '-'], folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nothing in it is finished'),
    });
  });
});

describe('--json', () => {
  it('has the figures of a measurement for programs', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dirtybench-'));
    const { stdout, code } = await run(['measure', ...small, '--json'], folder);
    rmSync(folder, { recursive: true });
    expect(code).toBe(0);
    const summary: unknown = JSON.parse(stdout);
    const figure = {
      medianNs: expect.any(Number),
      lowNs: expect.any(Number),
      highNs: expect.any(Number),
      coverage: 0.5,
    };
    const point = { tracker: 'flag-queue', memoryBytes: 2 ** 22, rounds: 2, detection: figure, writes: figure };
    expect(summary).toMatchObject({
      points: expect.arrayContaining([expect.objectContaining(point)]),
      fastest: [],
      noiseShare: null,
    });
  });
});
