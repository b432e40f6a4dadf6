import { expect, it } from 'vitest';
import { namesFrom, seconds, sizesInBytes, wholeMilliseconds } from '../../scripts/options/values.js';

it('names and sizes that are given twice are taken once', () => {
  expect(namesFrom(['flags', 'ring'])('all,ring')).toEqual(['flags', 'ring']);
  expect(sizesInBytes('512M-2G,1G')).toEqual([2 ** 29, 2 ** 30, 2 ** 31]);
});

it('every whole number of milliseconds can be written in seconds', () => {
  for (let ms = 1; ms < 3000; ms++) expect(wholeMilliseconds(1)(`${ms / 1000}s`)).toBe(ms);
  expect(() => wholeMilliseconds(1)('0.5ms')).toThrow('whole number');
});

it('a time that is no time says how one is written, and between what', () => {
  expect(() => seconds('1000h')).toThrow('write a time as 500ms, 5s or 2m, above 0, and below 24 days.');
});
