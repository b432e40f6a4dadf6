import { expect, it } from 'vitest';
import { inOrder } from '../../reports/order.js';

it('orders schemes by family, ring sizes by number, and others last', () => {
  expect(inOrder(['zebra', 'dirty-ring 4096', 'flag-queue', 'dirty-ring 512', 'flag-scan', 'ant'])).toEqual([
    'flag-scan',
    'flag-queue',
    'dirty-ring 512',
    'dirty-ring 4096',
    'ant',
    'zebra',
  ]);
});
