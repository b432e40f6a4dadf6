import type { Socket } from 'node:net';
import { now } from '../clock.js';
import type { Connection } from '../wire/connection.js';
import { Relay } from './relay.js';

/** Bytes a client may send ahead of its turn, or leave unread, before it is not read from until it catches up. */
const mostAheadBytes = 1_048_576;
/** How long it may take to catch up, in milliseconds. */
const patienceMs = 30_000;

/** A client that was let in, and who hears what becomes of it. */
export interface SessionOptions {
  readonly socket: Socket;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** A whole request is here, and none of this session is waiting: called once for each request. */
  readonly ready: (session: Session) => void;
  /** The client does not read its responses; said once each time. */
  readonly slow: () => void;
  /** The client has not caught up in time. */
  readonly stuck: () => void;
}

/**
 * A client's stream of requests of one size, each answered in order by a response of one size. At most one request of a
 * session waits for the guest at a time; what a client sends ahead of that is kept up to a limit, and then it is not read.
 */
export class Session {
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** When the request that is due had arrived, or, if it was sent ahead, when its turn came. */
  arrivedNs = 0;
  /** Bytes received and sent, for the client's own accounts. */
  received = 0;
  sent = 0;
  #options: SessionOptions;
  #chunks: Buffer[] = [];
  #held = 0;
  #waiting = false;
  #ended = false;
  #catchUp: NodeJS.Timeout | null = null;
  #relay: Relay | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.requestBytes = options.requestBytes;
    this.responseBytes = options.responseBytes;
  }

  /** The client has gone: what it asked for and did not get is dropped. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The client has gone, or is to be dropped: what it sent is forgotten, and it is answered no more. */
  end(): void {
    this.#ended = true;
    this.#chunks = [];
    this.#stopWaiting();
    this.#relay?.end();
  }

  /** Another server has this client's connection. */
  get redirected(): boolean {
    return this.#relay !== null;
  }

  /**
   * From now on another server has this client's connection, from the first request that was not taken on. To be called
   * when no response of this session is due any more; the guest is not asked again.
   */
  redirect(server: Connection): void {
    this.#stopWaiting();
    this.#relay = new Relay(this.#options.socket, server, (bytes) => {
      this.sent += bytes;
    });
    for (const chunk of this.#chunks.splice(0)) this.#relay.bytes(chunk);
    this.#options.socket.resume();
    if (this.#ended) this.#relay.end();
  }

  /** Takes what the client sent. */
  bytes(chunk: Buffer): void {
    if (this.#ended) return;
    this.received += chunk.length;
    if (this.#relay !== null) {
      this.#relay.bytes(chunk);
      return;
    }
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    if (this.#held > mostAheadBytes + this.requestBytes) this.#options.socket.pause();
    this.#offer();
  }

  /** The request that is due. */
  take(): Buffer {
    const [first] = this.#chunks;
    this.#held -= this.requestBytes;
    if (first !== undefined && first.length === this.requestBytes) {
      this.#chunks.shift();
      return first;
    }
    const all = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    this.#chunks = all.length > this.requestBytes ? [all.subarray(this.requestBytes)] : [];
    return all.subarray(0, this.requestBytes);
  }

  /** Sends the response to the request taken last; the buffer is given away. */
  answer(response: Buffer): void {
    this.#waiting = false;
    if (this.#ended) return;
    const { socket } = this.#options;
    socket.write(response);
    this.sent += response.length;
    if (socket.isPaused() && this.#held <= mostAheadBytes) socket.resume();
    if (socket.writableLength > mostAheadBytes + this.responseBytes) this.#waitForReader();
    else if (this.#held > 0) this.#offer();
  }

  #offer(): void {
    if (this.#relay !== null || this.#waiting || this.#held < this.requestBytes || this.#catchUp !== null) return;
    this.#waiting = true;
    this.arrivedNs = now();
    this.#options.ready(this);
  }

  #waitForReader(): void {
    if (this.#catchUp !== null) return;
    const { socket, slow, stuck } = this.#options;
    slow();
    this.#catchUp = setTimeout(stuck, patienceMs);
    socket.once('drain', () => {
      this.#stopWaiting();
      this.#offer();
    });
  }

  #stopWaiting(): void {
    if (this.#catchUp !== null) clearTimeout(this.#catchUp);
    this.#catchUp = null;
  }
}
