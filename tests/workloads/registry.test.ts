import { describe, expect, test } from 'vitest';
import { allocatedBytes } from '../../trackers/allocation.js';
import { shippedTraces } from '../../workloads/library.js';
import {
  checkWorkload,
  checkWorkloadName,
  isTrace,
  listWorkloads,
  openWorkload,
  tracePages,
} from '../../workloads/registry.js';
import { WorkloadError } from '../../workloads/workload.js';

const settings = { pages: 2 ** 18, pagesPerEpoch: 64, seed: 1 };
const replay = { ...settings, pagesPerEpoch: null };
const listed = listWorkloads().map(({ name }) => name);

test('everything listed can be opened, and has a line that says what it is', () => {
  const all = listWorkloads();
  const names = all.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !isTrace(name))).not.toEqual([]);
  expect(names.filter(isTrace)).toEqual(shippedTraces().map((trace) => `trace:${trace}`));
  for (const { name, summary } of all) {
    expect(summary).toMatch(/^.{20,200}$/);
    const suited = isTrace(name) ? replay : settings;
    expect(() => checkWorkload(name, suited)).not.toThrow();
    expect(openWorkload(name, suited).mostWrites).toBeGreaterThan(0);
  }
});

test("a trace's line comes from its header", () => {
  const redis = listWorkloads().find(({ name }) => name === 'trace:redis-set');
  expect(redis?.summary).toMatch(/^redis-server 7\.0\.15 .* 28\.1 pages per epoch, which ends at the write\(\)/);
});

test('a trace says how many pages its epochs write', () => {
  expect(tracePages('trace:echo')).toBe(3);
  expect(tracePages('trace:redis-set')).toBeCloseTo(28.1175, 6);
  expect(() => tracePages('trace:redis')).toThrow(WorkloadError);
});

describe('refused alike when checked and when opened:', () => {
  test.each<[string, string, { pages: number; pagesPerEpoch: number | null; seed: number }, string]>([
    ['a typo', 'unifrm', settings, `unknown workload 'unifrm': did you mean 'uniform'? There are ${listed.join(', ')}`],
    ["a trace's name alone", 'redis-set', replay, "unknown workload 'redis-set': did you mean 'trace:redis-set'?"],
    ['a name that objects have', 'toString', settings, "unknown workload 'toString'"],
    ['a typo in a trace', 'trace:redis-ste', replay, "unknown trace 'redis-ste': did you mean 'redis-set'?"],
    ['a trace that is not there', 'trace:./none.trace.gz', replay, "'./none.trace.gz'"],
    ['no pages per epoch', 'zipf', replay, "workload 'zipf' needs a number of pages per epoch"],
    ['none at all', 'zipf', { ...settings, pagesPerEpoch: 0 }, 'must be a whole number above 0, not 0'],
    ['half a page', 'zipf', { ...settings, pagesPerEpoch: 1.5 }, 'must be a whole number above 0, not 1.5'],
    [
      'more than memory has',
      'uniform',
      { ...settings, pages: 1024, pagesPerEpoch: 1025 },
      '1025 pages per epoch are more than the 1024 pages',
    ],
    [
      'pages per epoch for a trace',
      'trace:echo',
      settings,
      "workload 'trace:echo' takes its pages per epoch from the recording: leave out 64",
    ],
    [
      'a guest too small for a trace',
      'trace:postgres-tpcb',
      { ...replay, pages: 16384 },
      "workload 'trace:postgres-tpcb' needs 144 MiB of guest memory (72 neighbourhoods of 2 MiB), the guest has 64 MiB: give it more",
    ],
  ])('%s', (_, name, suited, message) => {
    for (const attempt of [checkWorkload, openWorkload]) {
      expect(() => attempt(name, suited)).toThrow(WorkloadError);
      expect(() => attempt(name, suited)).toThrow(message);
    }
  });
});

test('a name can be checked before there is a guest', () => {
  for (const { name } of listWorkloads()) expect(() => checkWorkloadName(name)).not.toThrow();
  for (const name of ['unifrm', 'trace:redis-ste', 'trace:./none.trace.gz']) {
    expect(() => checkWorkloadName(name)).toThrow(WorkloadError);
  }
});

test('a check makes nothing as large as the workload', () => {
  const large = { pages: 2 ** 28, pagesPerEpoch: 2 ** 28, seed: 1 };
  expect(allocatedBytes(() => checkWorkload('uniform', large))).toBeLessThan(2 ** 16);
});
