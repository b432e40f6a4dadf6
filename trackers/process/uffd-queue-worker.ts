import { constants } from 'node:os';
import { workerData } from 'node:worker_threads';
import { Mutex } from '../../base/mutex.js';
import { pageBytes } from '../../base/size.js';
import { KernelError } from '../../kernel/error.js';
import { libc } from '../../kernel/libc.js';
import { Mapping } from '../../kernel/memory.js';
import { faultMessage, faultProtect } from '../../kernel/memory-abi.js';
import { setState, threadState } from '../../kernel/thread.js';
import { liftProtection, releaseFaults } from '../../kernel/userfaultfd.js';
import { type HandlerSettings, handlerEnded, handlerWord } from './uffd-queue.js';

/**
 * The thread that serves page faults: waits for them, enqueues their pages, lets the writers go on. A page is in the
 * queue before its writer goes on, so whoever collects after the write finds it.
 */
const { faults, stop, address, bytes, unitPages, words, queue }: HandlerSettings = workerData;

/** Most faults that one read takes: each writer waits in one, and what is beyond that is read the next time. */
const messagesAtOnce = 16;
const waitForever = -1;
/** struct pollfd: i32 fd, i16 events, i16 revents; POLLIN. */
const pollEntry = { bytes: 8, events: 4, returned: 6, readable: 1 } as const;

const mutex = new Mutex(words, handlerWord.mutex);
const messages = Mapping.anonymous(messagesAtOnce * faultMessage.bytes);
try {
  serve();
} catch (error) {
  // Whoever waits for this thread must not wait for ever.
  Atomics.store(words, handlerWord.error, errnoOf(error));
  releaseFaults(faults, address, bytes);
} finally {
  messages.close();
  setState(words, handlerWord.state, handlerEnded);
}

/** The number of the kernel's error; EIO for any other. */
function errnoOf(error: unknown): number {
  const name = error instanceof KernelError ? error.errno : '';
  return Object.entries(constants.errno).find(([each]) => each === name)?.[1] ?? constants.errno.EIO;
}

function serve(): void {
  const view = new DataView(messages.window(0, messages.bytes));
  const protect = new DataView(new ArrayBuffer(faultProtect.bytes));
  const polled = new DataView(new ArrayBuffer(2 * pollEntry.bytes));
  [faults, stop].forEach((descriptor, index) => {
    polled.setInt32(index * pollEntry.bytes, descriptor, true);
    polled.setInt16(index * pollEntry.bytes + pollEntry.events, pollEntry.readable, true);
  });
  const descriptors = new Uint8Array(polled.buffer);
  const { poll, read } = libc();
  setState(words, handlerWord.state, threadState.ready);
  for (;;) {
    poll(descriptors, 2, waitForever);
    if (polled.getInt16(pollEntry.bytes + pollEntry.returned, true) !== 0) return;
    const got = read(faults, messages.address, messages.bytes);
    for (let at = 0; at < got; at += faultMessage.bytes) {
      if (view.getUint8(at + faultMessage.event) !== faultMessage.pageFault) continue;
      const fault = Number(view.getBigUint64(at + faultMessage.address, true));
      const unitBytes = unitPages * pageBytes;
      const page = Math.floor((fault - address) / unitBytes) * unitPages;
      mutex.lock();
      try {
        const queued = Atomics.load(words, handlerWord.queued);
        for (let i = 0; i < unitPages; i++) queue[queued + i] = page + i;
        Atomics.add(words, handlerWord.queued, unitPages);
        liftProtection(faults, protect, address + page * pageBytes, unitBytes);
      } finally {
        mutex.unlock();
      }
    }
  }
}
