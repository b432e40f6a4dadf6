import fc from 'fast-check';
import { expect, it } from 'vitest';
import { otherBackings } from '../../../base/backing.js';
import { partsOf, schemeOf } from '../../../reports/analysis/scheme.js';
import { trackerNames } from '../../../trackers/registry.js';

it('the name of a scheme says what it is made of', () => {
  const powerOfTwo = (least: number, most: number) => fc.integer({ min: least, max: most }).map((power) => 2 ** power);
  const parts = fc.record({
    tracker: fc.constantFrom(...trackerNames),
    ringEntries: fc.option(powerOfTwo(8, 16)),
    clearChunkBytes: fc.option(powerOfTwo(18, 40), { nil: undefined }),
    backing: fc.option(fc.constantFrom(...otherBackings), { nil: undefined }),
  });
  fc.assert(
    fc.property(parts, (made) => {
      expect(partsOf(schemeOf(made))).toEqual(made);
    }),
  );
});

it('a tracker of a module of its own is all of the name', () => {
  expect(partsOf('./mine 4.js')).toMatchObject({ tracker: './mine 4.js', ringEntries: null });
});
