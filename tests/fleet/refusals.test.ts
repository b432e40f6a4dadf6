import { expect, it } from 'vitest';
import { Refusals } from '../../fleet/refusals.js';

it('a point that a host refuses is left to the others until all of them, or three, have refused it', () => {
  const refusals = new Refusals();
  const measuring = ['a', 'b', 'c', 'd'];
  expect(refusals.add(7, 'a')).toBe(true);
  expect(refusals.add(7, 'a')).toBe(false);
  expect(refusals.areEnough(7, measuring)).toBe(false);
  expect(refusals.areEnough(7, ['a'])).toBe(true);
  expect(refusals.areEnough(8, measuring)).toBe(false);
  refusals.add(7, 'b');
  expect(refusals.areEnough(7, measuring)).toBe(false);
  refusals.add(7, 'c');
  expect(refusals.areEnough(7, measuring)).toBe(true);
});
