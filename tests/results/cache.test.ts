import { describe, expect, it } from 'vitest';
import { byMeaning, cacheSchema, cacheStateOf, cacheStates, touchedBytes } from '../../results/cache.js';

const MiB = 2 ** 20;

describe('a cache state', () => {
  it('is read by its older name, too', () => {
    expect(cacheSchema.parse('cold')).toBe('l2-cold');
    expect(cacheStateOf('cold')).toBe('l2-cold');
    expect(cacheStates.map((state) => cacheSchema.parse(state))).toEqual(cacheStates);
  });

  it('is none by any other name', () => {
    expect(cacheSchema.safeParse('hot').success).toBe(false);
    expect(cacheStateOf('hot')).toBeNull();
  });

  it('is L2-cold first, where several were measured', () => {
    expect(cacheStates.toSorted(byMeaning)).toEqual(['l2-cold', 'dram', 'warm']);
  });
});

describe('what a guest touches', () => {
  it('is twice the last level where all is to come from memory, whatever the second level has', () => {
    expect(touchedBytes('dram', 2 * MiB, { l3Bytes: 33 * MiB })).toBe(66 * MiB);
    expect(touchedBytes('l2-cold', 2 * MiB, { l3Bytes: 33 * MiB })).toBe(2 * MiB);
  });

  it('is never less for memory than for the second level', () => {
    expect(touchedBytes('dram', 4 * MiB, { l3Bytes: MiB })).toBe(4 * MiB);
  });

  it('is known where the machine does not say how large its last level is', () => {
    expect(touchedBytes('dram', 2 * MiB, { l3Bytes: null })).toBe(64 * MiB);
  });
});
