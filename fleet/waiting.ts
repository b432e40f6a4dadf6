import { setTimeout as sleep } from 'node:timers/promises';

/** What `work` comes to; rejects with the signal's reason if that comes first. What waits for a Redis that is away goes on waiting. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Waits until `work` has ended, but at most so many milliseconds. @returns false if it failed, or goes on. */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const ended = new AbortController();
  const late = sleep(ms, false, { signal: ended.signal }).catch(() => false);
  try {
    return await Promise.race([
      work.then(
        () => true,
        () => false,
      ),
      late,
    ]);
  } finally {
    ended.abort();
  }
}
