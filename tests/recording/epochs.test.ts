import { expect, it } from 'vitest';
import { EpochLog } from '../../recording/epochs.js';

it('an epoch that a trace cannot hold beside those before it is left out, and the log is full', () => {
  // Two epochs of two writes: each write takes ten bytes, each epoch eleven besides.
  const log = new EpochLog({ bytes: 62, pages: 100 });
  log.add(5, 7);
  expect(log.end()).toBe(true);
  log.add(6, 8);
  expect(log.end()).toBe(true);
  expect(log.full).toBe(false);
  log.add(5, 6);
  expect(log.end()).toBe(false);
  const { pages, writes, starts, full } = log.list();
  expect([[...pages], [...writes], [...starts], full]).toEqual([[5, 6, 7], [0, 1, 1, 2], [0, 2, 4], true]);
});

it('an epoch with a page too many is left out, and what is dropped does not count', () => {
  const log = new EpochLog({ bytes: 1000, pages: 3 });
  log.add(0, 4);
  log.drop();
  log.add(0, 3);
  expect(log.end()).toBe(true);
  expect(log.full).toBe(false);
  log.add(2, 4);
  expect(log.end()).toBe(false);
  expect(log.list()).toMatchObject({ full: true, starts: Uint32Array.of(0, 3) });
});
