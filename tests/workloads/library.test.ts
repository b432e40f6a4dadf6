import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { loadRecording, shippedTraces } from '../../workloads/library.js';

const folder = mkdtempSync(join(tmpdir(), 'dirtybench-traces-'));
afterAll(() => rmSync(folder, { recursive: true }));

const text = [
  '# dirtybench-trace 1',
  '# program: p',
  '# command: c',
  '# epoch: e',
  '# pages: 10',
  '# resident: 10',
  '# epochs: 1',
  '# date: d',
  '# recorded-with: r',
  '2 3 4',
].join('\n');

test('seven traces are shipped', () => {
  expect(shippedTraces()).toEqual([
    'echo',
    'postgres-select',
    'postgres-tpcb',
    'redis-get',
    'redis-set',
    'sqlite-insert',
    'sqlite-wal',
  ]);
});

describe('the figures that the README of the traces gives are those of the files', () => {
  test.each([
    ['echo', 3, 3, 3],
    ['redis-get', 24, 24, 80],
    ['redis-set', 28, 29, 3015],
    ['sqlite-insert', 5, 49, 539],
    ['sqlite-wal', 37, 55, 551],
    ['postgres-select', 73, 75, 229],
    ['postgres-tpcb', 70, 104, 2087],
  ])('%s: median %i, p99 %i, %i distinct pages', (trace, median, p99, distinct) => {
    const { starts, writes } = loadRecording(trace);
    const lengths = Array.from(starts.subarray(1), (end, i) => end - (starts[i] ?? 0)).sort((a, b) => a - b);
    expect(lengths).toHaveLength(2000);
    expect(((lengths[999] ?? 0) + (lengths[1000] ?? 0)) / 2).toBe(median);
    expect(lengths[1980]).toBe(p99);
    expect(new Set(writes).size).toBe(distinct);
  });
});

test('a file of the user is found by its path, and read once', () => {
  const path = join(folder, 'mine.gz');
  writeFileSync(path, gzipSync(text));
  const recording = loadRecording(path);
  expect(Array.from(recording.writes)).toEqual([3, 4]);
  rmSync(path);
  expect(loadRecording(path)).toBe(recording);
});

test('a malformed file is named as the user named it', () => {
  const path = join(folder, 'torn.trace.gz');
  writeFileSync(path, gzipSync(text.replace('2 3 4', '2 3 x')));
  expect(() => loadRecording(path)).toThrow(`${path}:10: "x" is not a number`);
});

test('a file that is not there is named, also without a slash', () => {
  expect(() => loadRecording('./none.gz')).toThrow(
    "cannot read the trace './none.gz': ENOENT: no such file or directory",
  );
  expect(() => loadRecording('none.trace.gz')).toThrow("cannot read the trace 'none.trace.gz': ENOENT");
});

test('a folder is no trace', () => {
  const path = join(folder, 'folder.trace.gz');
  mkdirSync(path);
  expect(() => loadRecording(path)).toThrow(/cannot read the trace '.*folder\.trace\.gz': EISDIR/);
});

test('a wrong name is answered with the nearest one', () => {
  expect(() => loadRecording('redis-sett')).toThrow("unknown trace 'redis-sett': did you mean 'redis-set'?");
});
