import { expect, it } from 'vitest';
import { doubtText } from '../../../reports/markdown/doubt.js';

it('says by how much the other trackers moved, and which ratios may be the machine’s for that', () => {
  const moved = { kind: 'all moved' as const, others: 9 };
  expect(doubtText({ ...moved, low: 1, middle: 1.1, high: 1.21 })).toBe(
    'the other trackers moved by about 1.10x, so that anything from 1.00x to 1.21x may be the machine',
  );
  expect(doubtText({ ...moved, low: 1.001, middle: 1.001, high: 1.002 })).toBe(
    'the other trackers moved by about 1.00x: it may be the machine',
  );
});
