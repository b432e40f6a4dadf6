import { constants } from 'node:os';
import { KernelError } from './error.js';
import { libc } from './libc.js';

/** Flags of send(2) and recv(2). */
const flags = { dontWait: 0x40, noSignal: 0x4000 } as const;
/** Events of poll(2), and where its struct has them. */
const pollIn = 0x001;
const pollFd = { bytes: 8, descriptor: 0, events: 4 } as const;

/** Errors of a call that could not go on now, and is to be made again later. */
const passing: readonly number[] = [constants.errno.EAGAIN, constants.errno.EWOULDBLOCK, constants.errno.EINTR];

/** What a receive found: bytes, none yet, or the end of the stream. */
export type Received = number | 'nothing' | 'ended';

/** System calls on a connected stream socket, which may be one that an event loop reads too. */
export class StreamSocket {
  readonly descriptor: number;
  readonly #poll: Uint8Array;

  /** The descriptor stays the caller's to close, and must be open whenever a method is called. */
  constructor(descriptor: number) {
    this.descriptor = descriptor;
    const poll = new DataView(new ArrayBuffer(pollFd.bytes));
    poll.setInt32(pollFd.descriptor, descriptor, true);
    poll.setInt16(pollFd.events, pollIn, true);
    this.#poll = new Uint8Array(poll.buffer);
  }

  /**
   * Gives the kernel what it takes of these bytes now; returns how many that are.
   * @throws KernelError if the connection is broken.
   */
  send(bytes: Uint8Array): number {
    const attempt = () => libc().send(this.descriptor, bytes, bytes.length, flags.dontWait | flags.noSignal);
    const sent = attempt();
    return sent >= 0 ? sent : again('send', attempt);
  }

  /**
   * Takes what has arrived, as far as `into` has room, without waiting.
   * @throws KernelError if the connection is broken.
   */
  receive(into: Uint8Array): Received {
    const attempt = () => libc().recv(this.descriptor, into, into.length, flags.dontWait);
    const received = attempt();
    if (received > 0) return received;
    if (received === 0) return 'ended';
    const later = again('recv', attempt);
    return later > 0 ? later : 'nothing';
  }

  /** Sleeps until something has arrived, or the connection is over, for at most so many milliseconds; false if neither came in that time. */
  wait(ms: number): boolean {
    return libc().poll(this.#poll, 1, ms) === 1;
  }
}

/**
 * What a call came to that has just failed: 0 if it could not go on yet. Its error number is read by a call of its own, and between the two V8
 * may have made calls that leave another number; a recv has been seen to fail with ENOMEM, once in some hundred million. So the call is made
 * once more before its number is believed.
 * @throws KernelError if it fails again, or finds the connection over.
 */
function again(name: string, attempt: () => number): number {
  const errno = libc().errno();
  if (passing.includes(errno)) return 0;
  const result = attempt();
  if (result > 0 || (result < 0 && passing.includes(libc().errno()))) return Math.max(0, result);
  throw KernelError.of(name, errno);
}
