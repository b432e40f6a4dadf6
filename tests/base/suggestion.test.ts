import { describe, expect, it } from 'vitest';
import { nearestName, unknownName } from '../../base/suggestion.js';

const names = ['flag-scan', 'flag-queue', 'bitmap-scan', 'null', 'all'];

describe('what was probably meant', () => {
  it.each([
    ['flag-scna', 'flag-scan'],
    ['al', 'all'],
    ['flag-*', 'flag-scan'],
    ['queue', 'flag-queue'],
    ['bitmap', 'bitmap-scan'],
    ['Flag-Queue', 'flag-queue'],
  ])('by %s is %s', (typed, meant) => {
    expect(nearestName(typed, names)).toBe(meant);
  });

  it('by what is like none of them is not guessed', () => {
    for (const typed of ['profile', 'xy', 'x', '', '*']) expect(nearestName(typed, names)).toBeNull();
    expect(unknownName('tracker', 'xy', ['null', 'all'])).toBe("unknown tracker 'xy' (allowed: null, all)");
  });
});
