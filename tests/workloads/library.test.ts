import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

const programs = ['echo', 'postgres-select', 'postgres-tpcb', 'redis-get', 'redis-set', 'sqlite-insert', 'sqlite-wal'];

test('seven programs are shipped, each recorded with valgrind and with `dirtybench record`', () => {
  expect(shippedTraces()).toEqual(programs.flatMap((program) => [program, `${program}-live`]));
  for (const program of programs) {
    expect(loadRecording(program).header.way).toBeUndefined();
    expect(loadRecording(`${program}-live`).header.way).toBe('ptrace, userfaultfd and PAGEMAP_SCAN');
  }
});

describe('the figures that the README of the traces gives are those of the files', () => {
  const readme = readFileSync(new URL('../../../workloads/traces/README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `([\w-]+)` +\|(.*)\|$/gm)].map(([, trace = '', cells = '']) => ({
    trace,
    cells: cells.split('|').map((cell) => cell.trim()),
  }));
  const described = rows.filter(({ cells }) => cells.length === 6 && !/^\d/.test(cells[0] ?? ''));
  const compared = rows.filter(({ cells }) => cells.every((cell) => /^[\d,]+$/.test(cell)));
  const numbers = (cells: readonly string[]) => cells.map((cell) => Number(cell.replaceAll(',', '')));

  test('every program stands in both tables', () => {
    expect(described.map(({ trace }) => trace).sort()).toEqual(programs);
    expect(compared.map(({ trace }) => trace).sort()).toEqual(programs);
  });

  test.each(described)('what is written: $trace', ({ trace, cells }) => {
    expect(numbers(cells.slice(2, 5))).toEqual(figuresOf(trace));
  });

  test.each(compared)('the two ways: $trace', ({ trace, cells }) => {
    const [median, liveMedian, p99, liveP99, distinct, liveDistinct] = numbers(cells);
    expect([median, p99, distinct]).toEqual(figuresOf(trace));
    expect([liveMedian, liveP99, liveDistinct]).toEqual(figuresOf(`${trace}-live`));
  });
});

/** Pages per epoch, median and p99, and distinct pages of a trace of 2,000 epochs. */
function figuresOf(trace: string): [median: number, p99: number, distinct: number] {
  const { starts, writes } = loadRecording(trace);
  const lengths = Array.from(starts.subarray(1), (end, i) => end - (starts[i] ?? 0)).sort((a, b) => a - b);
  expect(lengths).toHaveLength(2000);
  return [((lengths[999] ?? 0) + (lengths[1000] ?? 0)) / 2, lengths[1980] ?? 0, new Set(writes).size];
}

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
