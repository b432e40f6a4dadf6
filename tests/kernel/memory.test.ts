import { expect, it } from 'vitest';
import { pageBytes } from '../../base/size.js';
import { Mapping, Pages } from '../../kernel/memory.js';
import { describeWith } from '../guests/mechanism.js';

const gib = 2 ** 30;

function withMapping(bytes: number, use: (mapping: Mapping) => void): void {
  const mapping = Mapping.anonymous(bytes);
  try {
    use(mapping);
  } finally {
    mapping.close();
  }
}

describeWith('process-null', 'a mapping', () => {
  it('is zeroed, and keeps what one window wrote for another to read', () => {
    withMapping(16 * pageBytes, (mapping) => {
      const written = new Uint8Array(mapping.window(pageBytes, pageBytes));
      expect(written.every((byte) => byte === 0)).toBe(true);
      written[5] = 7;
      expect(new Uint8Array(mapping.window(0, 2 * pageBytes))[pageBytes + 5]).toBe(7);
    });
  });

  it.each([
    ['before it', -pageBytes, pageBytes],
    ['past its end', 15 * pageBytes, 2 * pageBytes],
    ['of nothing', 0, 0],
  ])('refuses a window %s', (_, offset, bytes) => {
    withMapping(16 * pageBytes, (mapping) => {
      expect(() => mapping.window(offset, bytes)).toThrow(RangeError);
    });
  });

  it('refuses a window so large that it would end the process', () => {
    withMapping(8 * gib, (mapping) => {
      expect(() => mapping.window(0, 4 * gib)).toThrow('no window of 4294967296 bytes at 0 in a mapping of 8589934592');
    });
  });

  it('refuses windows once it is closed', () => {
    const mapping = Mapping.anonymous(pageBytes);
    mapping.close();
    mapping.close();
    expect(() => mapping.window(0, pageBytes)).toThrow(RangeError);
  });

  it('gives its pages by number, beyond 4 GiB too', () => {
    withMapping(5 * gib + 3 * pageBytes, (mapping) => {
      const pages = new Pages(mapping);
      const last = mapping.pages - 1;
      const numbers = [0, 262_143, 262_144, 1_048_576, last];
      pages.touch(Uint32Array.from(numbers), numbers.length, 0x01020304);
      for (const number of numbers) expect([...pages.page(number).subarray(0, 5)]).toEqual([4, 3, 2, 1, 0]);
      expect(pages.page(1)[0]).toBe(0);
      expect(pages.page(last)).toHaveLength(pageBytes);
      expect(() => pages.page(2 ** 30)).toThrow('no page 1073741824');
    });
  });
});
