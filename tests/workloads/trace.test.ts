import { describe, expect, test } from 'vitest';
import { loadRecording, shippedTraces } from '../../workloads/library.js';
import { openWorkload } from '../../workloads/registry.js';
import { widestGap } from './gap.js';

/** A replay's epochs, from where the seed begins, once through the recording and `beyond` epochs on. */
function replayed(trace: string, pages: number, seed: number, beyond = 0): number[][] {
  const workload = openWorkload(`trace:${trace}`, { pages, pagesPerEpoch: null, seed });
  const into = new Uint32Array(workload.mostWrites);
  const count = loadRecording(trace).header.epochs + beyond;
  return Array.from({ length: count }, () => Array.from(into.subarray(0, workload.next(into))));
}

function recorded(trace: string): number[][] {
  const { writes, starts } = loadRecording(trace);
  return Array.from({ length: starts.length - 1 }, (_, i) => Array.from(writes.subarray(starts[i], starts[i + 1])));
}

const gibibyte = 2 ** 18;

describe.each(shippedTraces())('the replay of %s', (trace) => {
  // Which page of the guest each page of the recording became, found by replaying beside it.
  const original = recorded(trace);
  const replay = replayed(trace, gibibyte, 5, 10);
  const first = original.findIndex((_, start) =>
    replay.every((epoch, i) => epoch.length === original[(start + i) % original.length]?.length),
  );
  const placed = new Map<number, number>();
  for (const [i, epoch] of replay.entries()) {
    for (const [j, page] of epoch.entries()) {
      const source = original[(first + i) % original.length]?.[j] as number;
      if (!placed.has(source)) placed.set(source, page);
    }
  }

  test('has every epoch in order, from where the seed says, and goes on with the first after the last', () => {
    expect(first).toBeGreaterThanOrEqual(0);
    for (const [i, epoch] of replay.entries()) {
      const expected = original[(first + i) % original.length]?.map((page) => placed.get(page));
      expect(epoch).toEqual(expected);
    }
  });

  test('gives every page a page of its own within the guest', () => {
    expect(new Set(placed.values()).size).toBe(placed.size);
    expect(Math.max(...placed.values())).toBeLessThan(gibibyte);
  });

  test('keeps neighbourhoods of 2 MiB together, each page at its place', () => {
    const homes = new Map<number, number>();
    for (const [source, page] of placed) {
      expect(page % 512).toBe(source % 512);
      const home = Math.floor(page / 512);
      const known = homes.get(Math.floor(source / 512));
      if (known !== undefined) expect(home).toBe(known);
      homes.set(Math.floor(source / 512), home);
    }
    expect(new Set(homes.values()).size).toBe(homes.size);
  });

  test('spreads the neighbourhoods over the guest', () => {
    const used = [...new Set([...placed.values()].map((page) => Math.floor(page / 512)))];
    expect(Math.max(...used) - Math.min(...used)).toBeGreaterThan(512 / 3);
    expect(widestGap(used, 512)).toBeLessThan(3 * (512 / used.length));
  });

  test('fits the smallest guest that has its neighbourhoods, and one of 1 TiB', () => {
    const smallest = Math.ceil(loadRecording(trace).header.pages / 512) * 512;
    for (const pages of [smallest, 2 ** 28]) {
      const all = new Set(replayed(trace, pages, 1).flat());
      expect(Math.max(...all)).toBeLessThan(pages);
      expect(all.size).toBe(placed.size);
    }
    expect(() => replayed(trace, smallest - 1, 1)).toThrow(/needs \d+ MiB of guest memory/);
  });
});

test('other seeds begin at other epochs, the same seed at the same', () => {
  const starts = [1, 2, 3, 4].map((seed) => JSON.stringify(replayed('redis-set', gibibyte, seed).slice(0, 3)));
  expect(new Set(starts).size).toBe(4);
  expect(JSON.stringify(replayed('redis-set', gibibyte, 1).slice(0, 3))).toBe(starts[0]);
});
