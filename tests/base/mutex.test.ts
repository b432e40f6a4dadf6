import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { Mutex } from '../../base/mutex.js';

const times = 20_000;
const threads = 3;

/** Adds to a number that is no atomic one, over and over, with the mutex of the built program, once all others are there. */
const source = `
import { workerData } from 'node:worker_threads';
const { Mutex } = await import(workerData.module);
const mutex = new Mutex(workerData.words, 0);
Atomics.add(workerData.words, 2, 1);
while (Atomics.load(workerData.words, 2) < ${threads + 1});
for (let i = 0; i < ${times}; i++) {
  mutex.lock();
  workerData.words[1] = workerData.words[1] + 1;
  mutex.unlock();
}
`;

it('lets one thread in at a time', async () => {
  const words = new Int32Array(new SharedArrayBuffer(12));
  const module = new URL('../../base/mutex.js', import.meta.url).href;
  const ended = Array.from({ length: threads }, () => {
    const url = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
    const worker = new Worker(url, { workerData: { words, module } });
    return new Promise((resolve, reject) => worker.on('exit', resolve).on('error', reject));
  });
  const mutex = new Mutex(words, 0);
  await expect.poll(() => Atomics.load(words, 2)).toBe(threads);
  Atomics.add(words, 2, 1);
  for (let i = 0; i < times; i++) {
    mutex.lock();
    words[1] = (words[1] as number) + 1;
    mutex.unlock();
  }
  await Promise.all(ended);
  expect(words[1]).toBe(times * (threads + 1));
});
