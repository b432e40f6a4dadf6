import { expect, it } from 'vitest';
import { paceBetween, readProgress, slowdownOf } from '../../recording/pace.js';

const paceOf = (writeCalls: number, userMs = 0) => ({ writeCalls, userMs });

it('a program is slower by its write calls, compared with what it did before', () => {
  const paces = { recorded: paceOf(200, 900), before: paceOf(1000, 900), after: paceOf(500, 900), stops: 900 };
  expect(slowdownOf(paces)).toEqual({ by: 'writeCalls', recorded: 200, before: 1000, after: 500, factor: 5 });
});

it('one that writes next to nothing is slower by the time it computes, compared with afterwards where there is no before', () => {
  const paces = { recorded: paceOf(3, 300), before: null, after: paceOf(5, 600), stops: 300 };
  expect(slowdownOf(paces)).toEqual({ by: 'userMs', recorded: 300, before: null, after: 600, factor: 2 });
});

it('nothing is said of one that was not seen by itself, or that did nothing', () => {
  expect(slowdownOf({ recorded: paceOf(200), before: null, after: null, stops: 10 })).toBe(null);
  expect(slowdownOf({ recorded: paceOf(0), before: paceOf(3), after: paceOf(3), stops: 10 })).toBe(null);
  expect(slowdownOf({ recorded: null, before: paceOf(1000), after: null, stops: 10 })).toBe(null);
});

it('nothing is said by its time of one that is stopped several times for each millisecond of it, as a server that answers with send', () => {
  // A PostgreSQL backend: 430 answers a second while recorded, 16,500 by itself.
  const paces = { recorded: paceOf(0, 402), before: paceOf(0, 369), after: paceOf(0, 420) };
  expect(slowdownOf({ ...paces, stops: 3400 })).toBe(null);
  expect(slowdownOf({ ...paces, stops: 400 })?.by).toBe('userMs');
});

it('a pace is of the time between two looks at a process', () => {
  const from = { writeCalls: 100, userMs: 50, at: 1000 };
  expect(paceBetween(from, { writeCalls: 150, userMs: 150, at: 1500 })).toEqual(paceOf(100, 200));
  expect(paceBetween(from, null)).toBe(null);
  expect(paceBetween(from, from)).toBe(null);
});

it('a process that is there is looked at, one that is not is not', () => {
  expect(readProgress(process.pid)?.userMs).toBeGreaterThan(0);
  expect(readProgress(4_194_300)).toBe(null);
});
