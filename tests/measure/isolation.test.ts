import { describe, expect, it } from 'vitest';
import { isDifferent } from '../../measure/isolation.js';

describe('a tracker held against itself', () => {
  it.each([
    ['takes the same', [100, 101, 102], [101, 102, 103], false],
    ['differs by less than a tenth', [100, 101, 102], [106, 107, 108], false],
    ['is slower beside others', [100, 101, 102], [115, 116, 117], true],
    ['is faster beside others', [100, 101, 102], [60, 61, 62], true],
    ['differs by a sixth, within the noise of its rounds', [100, 101, 130], [90, 117, 120], false],
    ['differs by more than so few rounds can excuse', [100, 101, 170], [150, 155, 160], true],
    ['was not measured beside others', [100], [], false],
  ])('%s', (_what, aloneNs, besideNs, different) => {
    expect(isDifferent({ aloneNs, besideNs })).toBe(different);
  });
});
