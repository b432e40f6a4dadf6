import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crossesOf, planText, sizeOf } from '../../measure/outline.js';
import type { Point } from '../../results/schema.js';
import { point } from '../results/fixture.js';

const every = <T>(...values: T[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 });

it('says points as crosses that have each of them once and no other, whatever is left out', () => {
  fc.assert(
    fc.property(
      every(2 ** 29, 2 ** 30, 2 ** 32),
      every(16, 64),
      every('flag-scan', 'flag-queue', 'null'),
      every(1, 4),
      fc.infiniteStream(fc.boolean()),
      (memories, pages, trackers, vcpus, kept) => {
        const points: Point[] = memories.flatMap((memoryBytes) =>
          pages.flatMap((pagesPerEpoch) =>
            trackers.flatMap((tracker) =>
              vcpus.map((of) => ({ ...point, memoryBytes, pagesPerEpoch, tracker, vcpus: of })),
            ),
          ),
        );
        const some = points.filter(() => kept.next().value);
        const cells = crossesOf(some).flatMap((cross) => combinations([...cross.values()]));
        expect(new Set(cells).size).toBe(cells.length);
        expect(cells.sort()).toEqual(
          some.flatMap((one) => crossesOf([one]).flatMap((cross) => combinations([...cross.values()]))).sort(),
        );
        expect(crossesOf(points)).toHaveLength(1);
        expect(sizeOf(crossesOf(points)[0] ?? new Map())).toBe(points.length);
      },
    ),
    { numRuns: 50 },
  );
});

it('names every axis that a point has a value on, as its flag is called', () => {
  const text = planText([
    {
      ...{ ...point, pagesPerEpoch: 2000, ioFrequency: 500, dirtyRate: 1_000_000, ringEntries: 4096, backing: 'thp' },
      ...{ guests: 4, oneProcess: true, collect: 'running', arming: true },
    },
  ]);
  expect(text).toMatch(/^1 point:\n/);
  for (const line of [
    'dirty-rate +1000000',
    'io-frequency +500',
    'ring-entries +4096',
    'backing +thp',
    'guests +4',
    'one-process +true',
    'collect +running',
    'arming +true',
  ])
    expect(text).toMatch(new RegExp(`^ {2}${line}$`, 'm'));
});

it.each<[string, Partial<Point>]>([
  ['seed', { seed: 2 }],
  ['rounds', { rounds: 9 }],
  ['epochs', { epochs: 9 }],
  ['io-frequency', { ioFrequency: 9 }],
  ['dirty-rate', { dirtyRate: 9 }],
  ['collect', { collect: 'running' }],
  ['arming', { arming: true }],
  ['one-process', { oneProcess: true }],
])('joins points that differ in %s alone, and counts each', (flag, changes) => {
  const [cross, ...others] = crossesOf([point, { ...point, ...changes }]);
  expect(others).toEqual([]);
  expect(cross?.get(flag)).toHaveLength(2);
  expect(sizeOf(cross ?? new Map())).toBe(2);
});

function combinations(values: readonly (readonly string[])[]): string[] {
  return values.reduce<string[]>(
    (sofar, some) => sofar.flatMap((text) => some.map((value) => `${text} ${value}`)),
    [''],
  );
}
