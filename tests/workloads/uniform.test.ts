import { expect, test } from 'vitest';
import { openWorkload } from '../../workloads/registry.js';

/** How often each page is written in that many epochs. */
function counts(pages: number, pagesPerEpoch: number, epochs: number): number[] {
  const workload = openWorkload('uniform', { pages, pagesPerEpoch, seed: 11 });
  const into = new Uint32Array(workload.mostWrites);
  const written = new Array<number>(pages).fill(0);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const count = workload.next(into);
    for (const page of into.subarray(0, count)) written[page] = (written[page] ?? 0) + 1;
  }
  return written;
}

test('writes every page about equally often', () => {
  for (const count of counts(1024, 64, 3200)) {
    expect(count).toBeGreaterThan(130);
    expect(count).toBeLessThan(280);
  }
});

test('still does when nearly all pages are written in every epoch', () => {
  for (const count of counts(1024, 1018, 1000)) expect(count).toBeGreaterThan(970);
});

test('writes no page twice in an epoch', () => {
  for (const pagesPerEpoch of [1, 48, 64]) {
    const workload = openWorkload('uniform', { pages: 64, pagesPerEpoch, seed: 1 });
    const into = new Uint32Array(workload.mostWrites);
    for (let epoch = 0; epoch < 100; epoch++) {
      const writes = into.subarray(0, workload.next(into));
      expect(writes).toHaveLength(pagesPerEpoch);
      expect(new Set(writes).size).toBe(pagesPerEpoch);
    }
  }
});
