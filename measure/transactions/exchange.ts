import type { StreamSocket } from '../../kernel/socket.js';

/** How a process waits for what comes next: asleep in the kernel, or looking again and again. */
export type Waiting = 'blocking' | 'polling';

/** Longest single sleep, in milliseconds: only a bound, as bytes that arrive and the end of the connection wake the sleeper at once. */
const sleepMs = 1000;

/**
 * Waits for so many bytes, into the start of `into`.
 * @returns false if the connection was over before.
 * @throws KernelError if the connection is broken.
 */
export function receiveAll(socket: StreamSocket, into: Buffer, waiting: Waiting): boolean {
  let filled = 0;
  while (filled < into.length) {
    const received = socket.receive(into.subarray(filled));
    if (received === 'ended') return false;
    if (typeof received === 'number') filled += received;
    else if (waiting === 'blocking') socket.wait(sleepMs);
  }
  return true;
}

/**
 * Sends all of it, trying again at once whenever the kernel has no room: it never sleeps, because the other side is taking
 * the bytes meanwhile, so that room comes soon.
 * @throws KernelError if the connection is broken.
 */
export function sendAll(socket: StreamSocket, bytes: Buffer): void {
  let sent = 0;
  while (sent < bytes.length) sent += socket.send(bytes.subarray(sent));
}
