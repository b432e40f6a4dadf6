import { expect, test } from 'vitest';
import { loadRecording } from '../../workloads/library.js';
import { openWorkload } from '../../workloads/registry.js';

const sources = ['echo', 'redis-get', 'redis-set'];

/** The pages that at least 90 % of the epochs write. */
function hotPages(epochs: readonly Iterable<number>[]): number[] {
  const counts = new Map<number, number>();
  for (const epoch of epochs) for (const page of epoch) counts.set(page, (counts.get(page) ?? 0) + 1);
  return [...counts].filter(([, count]) => count >= 0.9 * epochs.length).map(([page]) => page);
}

function neighbourhoods(pages: readonly number[]): number {
  return new Set(pages.map((page) => Math.floor(page / 512))).size;
}

function recorded(trace: string): Uint32Array[] {
  const { writes, starts } = loadRecording(trace);
  return Array.from({ length: starts.length - 1 }, (_, i) => writes.subarray(starts[i], starts[i + 1]));
}

function generated(pagesPerEpoch: number, seed = 1): number[][] {
  const workload = openWorkload('netperf-rr', { pages: 2 ** 20, pagesPerEpoch, seed });
  const into = new Uint32Array(workload.mostWrites);
  return Array.from({ length: 500 }, () => Array.from(into.subarray(0, workload.next(into))));
}

test('as large a share of an epoch is hot as in the traces of request/response servers', () => {
  const shares = sources.map((trace) => {
    const epochs = recorded(trace);
    const mean = epochs.reduce((sum, epoch) => sum + epoch.length, 0) / epochs.length;
    return hotPages(epochs).length / mean;
  });
  const recordedShare = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  expect(hotPages(generated(1000)).length / 1000).toBeCloseTo(recordedShare, 2);
});

test('as many hot pages lie in a neighbourhood as in those traces', () => {
  const hot = sources.map((trace) => hotPages(recorded(trace)));
  const together = hot.flat().length / hot.reduce((sum, pages) => sum + neighbourhoods(pages), 0);
  const ours = hotPages(generated(1000));
  expect(ours.length / neighbourhoods(ours)).toBeCloseTo(Math.round(together), 1);
});

test('the hot pages are written first, in the same order in every transaction, and the same for all seeds', () => {
  const [first = []] = generated(64);
  const hot = first.slice(0, 58);
  for (const epoch of [...generated(64), ...generated(64, 2)]) expect(epoch.slice(0, 58)).toEqual(hot);
});

test('the other pages come from anywhere in memory', () => {
  const others = generated(64).flatMap((epoch) => epoch.slice(58));
  const tenths = new Array<number>(10).fill(0);
  for (const page of others) {
    const tenth = Math.floor((page / 2 ** 20) * 10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  for (const count of tenths) expect(count / others.length).toBeCloseTo(0.1, 1);
  expect(new Set(others).size).toBeGreaterThan(others.length * 0.99);
});

test('an epoch of one page has a hot page and no other', () => {
  expect(new Set(generated(1).flat()).size).toBe(1);
});
