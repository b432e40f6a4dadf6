import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError } from '../measure/problem.js';
import { isCode } from '../results/errno.js';
import { LockedError, lock } from '../results/lock.js';

/** How often a host that is taken is tried again, in milliseconds. */
const pauseMs = 50;

/** What the lock of a host is called, among its temporary files: workers of all fleets see it there. */
export function hostLock(): string {
  return join(tmpdir(), 'dirtybench-worker');
}

/**
 * Waits until no other worker measures on this host, and takes it until the function that is returned is called; one that was killed does not
 * stand in the way. `waits` is told once whom it waits for.
 * @throws UsageError that names the process that has it after `mostMs` milliseconds; an AbortError if the signal says so.
 */
export async function takeHost(
  mostMs: number,
  waits: (pid: number) => void,
  signal?: AbortSignal,
): Promise<() => void> {
  const endMs = Date.now() + mostMs;
  for (let isSaid = false; ; isSaid = true) {
    signal?.throwIfAborted();
    const taken = tryHost();
    if (typeof taken === 'function') return taken;
    if (Date.now() > endMs) {
      throw new UsageError(
        `process ${taken} measures on this host already, and both would disturb each other: end it, or give both --shared-host, and they take turns`,
      );
    }
    if (!isSaid) waits(taken);
    await sleep(pauseMs, undefined, { signal });
  }
}

/** The process that has it, if another one does. */
function tryHost(): (() => void) | number {
  const path = hostLock();
  try {
    return lock(path);
  } catch (error) {
    if (error instanceof LockedError) return error.pid;
    if (isCode(error, 'EPERM') || isCode(error, 'EACCES')) {
      throw new UsageError(`'${path}.lock' was left by another user's worker: remove it`);
    }
    throw error;
  }
}
