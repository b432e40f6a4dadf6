import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSize, parseSize } from '../../base/size.js';

describe('a size', () => {
  it.each([
    ['512M', 512 * 2 ** 20],
    ['4G', 4 * 2 ** 30],
    ['4GiB', 4 * 2 ** 30],
    ['4gb', 4 * 2 ** 30],
    ['1.5T', 1.5 * 2 ** 40],
    ['4096', 4096],
    ['4096B', 4096],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['4GBB', '', 'M', '-1G', '1.2.3G', '4 G G', '0.3', '1e9'])('%j is none', (text) => {
    expect(parseSize(text)).toBeNull();
  });

  it('reads back as the bytes it was written from', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (bytes) => {
        expect(parseSize(formatSize(bytes))).toBe(bytes);
      }),
    );
  });

  it('is written as people write it', () => {
    expect([512 * 2 ** 20, 2 ** 30, 2 ** 40, 1.5 * 2 ** 30].map(formatSize)).toEqual(['512M', '1G', '1T', '1.5G']);
  });
});
