import { expect, test } from 'vitest';
import { Random } from '../../base/random.js';

const seeds = Array.from({ length: 2000 }, (_, seed) => seed);

test('the same seed gives the same numbers', () => {
  const [one, other] = [new Random(7), new Random(7)];
  for (let i = 0; i < 100; i++) expect(one.fraction()).toBe(other.fraction());
});

test.each([0, 1, 2])('over neighbouring seeds, number %i of the stream is spread evenly', (skipped) => {
  const tenths = new Array<number>(10).fill(0);
  for (const seed of seeds) {
    const random = new Random(seed);
    for (let i = 0; i < skipped; i++) random.fraction();
    const tenth = random.below(10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  for (const count of tenths) expect(count).toBeGreaterThan(140);
  for (const count of tenths) expect(count).toBeLessThan(260);
});

test('no two seeds begin alike, also where they differ above 32 bits only', () => {
  const all = [...seeds, ...seeds.map((seed) => seed + 2 ** 32), ...seeds.map((seed) => seed + 2 ** 52)];
  expect(new Set(all.map((seed) => new Random(seed).fraction())).size).toBe(all.length);
});

test('numbers below a limit reach all of them and nothing else', () => {
  const random = new Random(1);
  const seen = new Set(Array.from({ length: 1000 }, () => random.below(7)));
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
});
