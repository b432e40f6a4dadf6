import { expect, it } from 'vitest';
import {
  namesFrom,
  pollMicroseconds,
  portNumber,
  seconds,
  sizesInBytes,
  wholeMilliseconds,
  wholeNumber,
  wholeNumbers,
} from '../../scripts/options/values.js';

it('names, sizes and numbers that are given twice are taken once', () => {
  expect(namesFrom(['flags', 'ring'])('all,ring')).toEqual(['flags', 'ring']);
  expect(sizesInBytes('512M-2G,1G')).toEqual([2 ** 29, 2 ** 30, 2 ** 31]);
  expect(wholeNumbers(0)('4,0,4')).toEqual([4, 0]);
});

it('a whole number is written in digits', () => {
  expect(wholeNumber(0)('0')).toBe(0);
  expect(wholeNumbers(0)('0, 300')).toEqual([0, 300]);
  for (const text of ['', ' ', '0x10', '1e3', '1.0', '-0', '+1']) {
    expect(() => wholeNumber(0)(text)).toThrow('it must be a whole number, at least 0.');
  }
  expect(() => wholeNumbers(0)('0,')).toThrow('whole number');
  expect(() => portNumber('')).toThrow('whole number');
});

it('every whole number of milliseconds can be written in seconds', () => {
  for (let ms = 1; ms < 3000; ms++) expect(wholeMilliseconds(1)(`${ms / 1000}s`)).toBe(ms);
  expect(() => wholeMilliseconds(1)('0.5ms')).toThrow('whole number');
});

it('a wait polls no longer than the event loop may be kept from its other work', () => {
  expect(pollMicroseconds('1000')).toBe(1000);
  expect(() => pollMicroseconds('5000000')).toThrow('it may be at most 1000: a process that polls does nothing else.');
});

it('a time that is no time says how one is written, and between what', () => {
  expect(() => seconds('1000h')).toThrow('write a time as 500ms, 5s or 2m, above 0, and below 24 days.');
});
