import type { StreamSocket } from '../../kernel/socket.js';

/** How a process waits for what comes next: asleep in the kernel, or looking again and again. */
export type Waiting = 'blocking' | 'polling';

/** Longest that either side of an exchange sleeps, in milliseconds, before it looks whether the other is still there. */
const sleepMs = 1000;

/**
 * Waits for so many bytes, into the start of `into`.
 * @returns false if the connection was over before.
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

/** Sends all of it, however often the kernel has no room. */
export function sendAll(socket: StreamSocket, bytes: Buffer): void {
  let sent = 0;
  while (sent < bytes.length) sent += socket.send(bytes.subarray(sent));
}
