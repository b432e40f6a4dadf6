import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
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
  // Those of the tests before have been told of by then.
  await setImmediate();
  const came = once(process, 'worker');
  const { thread } = start(0);
  const [worker] = await came;
  await new Promise((resolve) => worker.once('exit', resolve));
  expect(() => thread.begin()).toThrow(new ThreadError('a thread failed at its work: no scan.wasm'));
  thread.close();
});

it('comes up too in a program from the command line, whose own options a thread does not have', () => {
  const [thread, worker] = ['../../base/thread.js', './thread-worker.js'].map((path) => new URL(path, import.meta.url));
  const script = `import { Thread } from '${thread}';
    const count = new Int32Array(new SharedArrayBuffer(4));
    const thread = new Thread(new URL('${worker}'), { count, failsIn: Infinity });
    thread.begin();
    thread.end();
    process.stdout.write(String(count[0]));`;
  const node = ['--input-type=module', '-e', script];
  const { stdout, stderr } = spawnSync(process.execPath, node, { encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({ stdout: '1', stderr: '' });
});
