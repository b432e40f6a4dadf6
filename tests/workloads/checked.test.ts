import { describe, expect, it } from 'vitest';
import { Checked } from '../../workloads/checked.js';

/** A workload of 4 distinct pages of 1024 an epoch, whose epochs are these. */
function checked(...epochs: readonly number[][]) {
  let epoch = 0;
  const next = (into: Uint32Array) => {
    const writes = epochs[epoch++ % epochs.length] ?? [];
    into.set(writes);
    return writes.length;
  };
  return new Checked({ mostWrites: 8, next }, 1024, 4, './mine.js');
}

describe('a workload of the user’s own', () => {
  it('may write the pages of an epoch more than once', () => {
    expect(checked([1, 2, 3, 4, 1]).next(new Uint32Array(8))).toBe(5);
  });

  it.each([
    [[1, 2, 3, 4, 5], 'wrote more than the 4 distinct pages'],
    [[7, 7, 7, 7], 'wrote 1 distinct pages, where an epoch was to have 4'],
    [[], 'wrote 0 distinct pages'],
    [[1, 2, 3, 1024], 'wrote page 1024 of 1024'],
  ])('is refused for %j', (writes, why) => {
    expect(() => checked(writes).next(new Uint32Array(8))).toThrow(`workload './mine.js': next() ${why}`);
  });
});
