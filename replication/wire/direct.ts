import type { Socket } from 'node:net';
import { KernelError } from '../../kernel/error.js';
import { libc } from '../../kernel/libc.js';
import { type Received, StreamSocket } from '../../kernel/socket.js';
import { now } from '../clock.js';
import { AdaptivePolling } from './polling.js';

/** A checkpoint's frames of some pages come in one piece. */
const receiveBytes = 2 ** 20;

/** One for all connections: what it holds is handed on before the next receive. */
let receiveBuffer: Buffer | undefined;
/** Something is being handed on: who is called may not receive meanwhile. */
let handingOn = false;

/**
 * A connection between a primary and its standby, used by system calls of this thread beside the event loop. Where one
 * side has nothing to do until the other answers, it waits in poll(2): on idle cores the way through the event loop takes
 * a hundred microseconds longer, for the same bytes. The event loop goes on to read and write the same socket, and
 * whatever arrives while nobody waits here comes through it.
 */
export class DirectSocket {
  readonly #socket: Socket;
  readonly #deliver: (bytes: Buffer) => void;
  readonly #polling: AdaptivePolling;
  #calls: StreamSocket | null = null;

  private constructor(socket: Socket, deliver: (bytes: Buffer) => void, pollUs: number) {
    this.#socket = socket;
    this.#deliver = deliver;
    this.#polling = new AdaptivePolling(pollUs);
  }

  /**
   * What is received is given to `deliver`; it is only valid during the call. `pollUs`: how long a wait may look for it
   * without sleeping. Null where system calls cannot be made: all goes through the event loop then.
   */
  static on(socket: Socket, deliver: (bytes: Buffer) => void, pollUs: number): DirectSocket | null {
    try {
      libc();
    } catch (error) {
      if (error instanceof KernelError) return null;
      throw error;
    }
    return new DirectSocket(socket, deliver, pollUs);
  }

  /** Sends at once what the kernel takes, and the rest through the event loop; the bytes must stay as they are until then. */
  send(bytes: Buffer): void {
    const calls = this.#socket.writableLength === 0 ? this.#open() : null;
    const sent = calls === null ? 0 : (this.#attempt(() => calls.send(bytes)) ?? bytes.length);
    if (sent < bytes.length) this.#socket.write(bytes.subarray(sent));
  }

  /**
   * Takes what has arrived; where that is nothing, waits for at most so many milliseconds, and 0 is not at all. Returns
   * whether anything came: never while what came before is handed on. That the connection is over is left for the event
   * loop to find.
   */
  receive(waitMs: number): boolean {
    const calls = this.#open();
    if (calls === null || handingOn || this.#socket.isPaused()) return false;
    receiveBuffer ??= Buffer.allocUnsafeSlow(receiveBytes);
    const into = receiveBuffer;
    const take = (): Received | null => this.#attempt(() => calls.receive(into));
    const first = take();
    const received = first === 'nothing' && waitMs > 0 ? this.#wait(calls, waitMs, take) : first;
    if (typeof received !== 'number') return false;
    this.handOn(into.subarray(0, received));
    return true;
  }

  /**
   * Hands on what has come, also what came through the event loop: what comes after it must not be received and handed on
   * in the middle of it.
   */
  handOn(bytes: Buffer): void {
    handingOn = true;
    try {
      this.#deliver(bytes);
    } finally {
      handingOn = false;
    }
  }

  #wait(calls: StreamSocket, waitMs: number, take: () => Received | null): Received | null {
    const begunNs = now();
    const pollUntilNs = begunNs + this.#polling.windowNs;
    let received: Received | null = 'nothing';
    while (received === 'nothing' && now() < pollUntilNs) received = take();
    if (received === 'nothing' && calls.wait(waitMs)) received = take();
    this.#polling.waited(now() - begunNs, typeof received === 'number');
    return received;
  }

  /** The socket as it is now; null once it is closed, because its number may be another's then. */
  #open(): StreamSocket | null {
    const descriptor = descriptorOf(this.#socket);
    if (descriptor === null) return null;
    if (this.#calls?.descriptor !== descriptor) this.#calls = new StreamSocket(descriptor);
    return this.#calls;
  }

  /** Null: the connection is broken, which ends it. */
  #attempt<T>(call: () => T): T | null {
    try {
      return call();
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      this.#socket.destroy(error);
      return null;
    }
  }
}

/** The number by which the kernel knows a socket of Node's; null if it is not open, or Node does not tell. */
export function descriptorOf(socket: Socket): number | null {
  if (socket.destroyed || socket.connecting) return null;
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null) return null;
  const descriptor: unknown = Reflect.get(handle, 'fd');
  return typeof descriptor === 'number' && descriptor >= 0 ? descriptor : null;
}
