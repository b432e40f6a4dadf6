import { expect, it } from 'vitest';
import { Refusals } from '../../fleet/refusals.js';

it('a point that a host refuses is left to the others until all of them, or three, have refused it', () => {
  const refusals = new Refusals();
  const measuring = ['a', 'b', 'c', 'd'];
  refusals.add(7, 'a');
  refusals.add(7, 'a');
  expect(refusals.areEnough(7, measuring)).toBe(false);
  expect(refusals.areEnough(7, ['a'])).toBe(true);
  expect(refusals.areEnough(8, measuring)).toBe(false);
  refusals.add(7, 'b');
  expect(refusals.areEnough(7, measuring)).toBe(false);
  refusals.add(7, 'c');
  expect(refusals.areEnough(7, measuring)).toBe(true);
});

it('a refusal is to be told once for each host and point', () => {
  const refusals = new Refusals();
  expect(refusals.isToBeTold(7, 'a')).toBe(true);
  expect(refusals.isToBeTold(7, 'a')).toBe(false);
  expect(refusals.isToBeTold(7, 'b')).toBe(true);
  expect(refusals.isToBeTold(8, 'a')).toBe(true);
});
