import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Thread, ThreadError } from '../../base/thread.js';
import type { FailingWork } from './thread-worker.js';

function start(failsIn: number): { thread: Thread; count: FailingWork['count'] } {
  const count = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const work: FailingWork = { count, failsIn };
  return { thread: new Thread(new URL('./thread-worker.js', import.meta.url), work), count };
}

function turn(thread: Thread): void {
  thread.begin();
  thread.end();
}

it('works once a turn until it is closed', () => {
  const { thread, count } = start(Number.POSITIVE_INFINITY);
  turn(thread);
  turn(thread);
  thread.close();
  thread.close();
  expect(count[0]).toBe(2);
});

it('hands on what is thrown in a turn, in one line, to those who wait for it and after, and can be closed', () => {
  const { thread } = start(2);
  turn(thread);
  thread.begin();
  const message = new ThreadError('a thread failed at its work: page 7 is beyond the slice');
  expect(() => thread.end()).toThrow(message);
  expect(() => thread.begin()).toThrow(message);
  thread.close();
});

it('tells of a thread that did not come up as soon as that is heard of', async () => {
  const { thread } = start(0);
  await setTimeout(1000);
  expect(() => thread.begin()).toThrow(new ThreadError('a thread failed at its work: no scan.wasm'));
  thread.close();
});
