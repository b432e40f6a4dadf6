import { expect, test } from 'vitest';
import { openWorkload } from '../../workloads/registry.js';

test('every write is the page after the one before, round the end of memory and from epoch to epoch', () => {
  const pages = 1000;
  const workload = openWorkload('sequential', { pages, pagesPerEpoch: 300, seed: 4 });
  const into = new Uint32Array(workload.mostWrites);
  const writes: number[] = [];
  for (let epoch = 0; epoch < 10; epoch++) writes.push(...into.subarray(0, workload.next(into)));
  expect(writes).toHaveLength(3000);
  const [first = 0] = writes;
  expect(writes).toEqual(Array.from({ length: 3000 }, (_, i) => (first + i) % pages));
});
