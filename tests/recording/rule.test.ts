import { expect, it } from 'vitest';
import { parseRule } from '../../recording/rule.js';

it.each([
  ['interval:10ms', 10],
  ['interval:2000us', 2],
  ['interval:1.001s', 1001],
  ['interval:1000.00us', 1],
  ['interval:3600s', 3_600_000],
])('%s is an interval of %i ms', (text, ms) => {
  expect(parseRule(text)).toEqual({ kind: 'interval', ms });
});

it.each([
  'interval:1900us',
  'interval:1.5ms',
  'interval:1.0004ms',
  'interval:1000.4us',
  'interval:0ms',
  'interval:3601s',
  'interval:10',
])('%s is none', (text) => {
  expect(() => parseRule(text)).toThrow(
    `'${text}' is no interval of whole milliseconds from 1 ms to an hour: write it as interval:10ms`,
  );
});
