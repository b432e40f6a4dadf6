import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSize } from '../../base/size.js';
import { parseRange } from '../../results/range.js';

const whole = (text: string) => (/^\d+$/.test(text) ? Number(text) : null);

describe('a range', () => {
  it('doubles from its first value to its last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 20 }), (first, doublings) => {
        const values = parseRange(`${first}-${first * 2 ** doublings}`, whole) ?? [];
        expect(values).toEqual(Array.from({ length: doublings + 1 }, (_, index) => first * 2 ** index));
      }),
    );
  });

  it('is of sizes where sizes are read', () => {
    expect(parseRange('512M-2G', parseSize)).toEqual([2 ** 29, 2 ** 30, 2 ** 31]);
  });

  it.each(['512M', '-4G', '512M-', 'a-b', '1-2-4', '0-4'])('%s is none', (text) => {
    expect(parseRange(text, parseSize)).toBeNull();
  });

  it('to more than any number is none', () => {
    expect(parseRange(`1-${'9'.repeat(400)}`, whole)).toBeNull();
  });

  it.each(['512M-3G', '4G-512M'])('%s holds nothing', (text) => {
    expect(parseRange(text, parseSize)).toEqual([]);
  });
});
