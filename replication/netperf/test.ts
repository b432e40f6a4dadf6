import { createServer, type Server, type Socket } from 'node:net';
import { isLoopback } from '../address.js';
import { now } from '../clock.js';
import type { Session } from '../primary/session.js';
import type { Peer } from '../wire/listener.js';
import { errno, type TestRequest, type TestResults } from './message.js';

/** What serves the requests of a data connection. */
export interface RequestServer {
  session(peer: Peer, requestBytes: number, responseBytes: number): Session;
}

/** What becomes of a test; `done` or `failed` comes once. */
export interface TestEvents {
  /** The client may connect for data. */
  listening(port: number): void;
  /** No data connection can be had; `errno`: the error's number; null: the client was told a port, and awaits no refusal. */
  failed(why: string, errno: number | null): void;
  done(results: TestResults): void;
}

/** How long after its time a test's data connection is closed, as netserver does it, in seconds. */
const graceSeconds = 4;
/** How long a client may take to connect for data, in seconds; it may have been told to wait first (netperf -s). */
const connectSeconds = 120;
const nsPerSecond = 1e9;

/** One test: a data connection on a port of its own, and the requests that come on it. */
export class RequestTest {
  readonly #request: TestRequest;
  readonly #control: Peer;
  readonly #server: RequestServer;
  readonly #events: TestEvents;
  #listener: Server;
  /** The client was told the port. */
  #told = false;
  #data: Socket | null = null;
  #timer: NodeJS.Timeout | null = null;
  #over = false;

  constructor(request: TestRequest, control: Peer, server: RequestServer, events: TestEvents) {
    this.#request = request;
    this.#control = control;
    this.#server = server;
    this.#events = events;
    this.#listener = this.#listen(request.dataPort);
    this.#closeAfter(connectSeconds);
  }

  /** The client has gone: gives the ports back and says nothing. */
  abandon(): void {
    this.#over = true;
    this.#release();
  }

  #listen(port: number): Server {
    const listener = createServer({ noDelay: true }, (socket) => this.#connected(socket));
    listener.maxConnections = 1;
    listener.on('error', (error: NodeJS.ErrnoException) => {
      // A later round of a test asks for the port of the round before, which may be taken by now: any other serves.
      if (error.code === 'EADDRINUSE' && port !== 0) this.#listener = this.#listen(0);
      else this.#fail(error.message, Math.abs(error.errno ?? errno.io));
    });
    listener.listen({ port, host: this.#dataHost() }, () => {
      const bound = listener.address();
      if (typeof bound !== 'object' || bound === null) return;
      this.#told = true;
      this.#events.listening(bound.port);
    });
    return listener;
  }

  /** The control connection's own address, or that of the family which the client wants instead. */
  #dataHost(): string {
    const { localAddress = '' } = this.#control.socket;
    const host = localAddress.replace(/^::ffff:(?=\d+\.)/, '');
    const { family } = this.#request;
    if (host.includes(':') === (family === 6)) return host;
    if (isLoopback(host)) return family === 6 ? '::1' : '127.0.0.1';
    return family === 6 ? '::' : '0.0.0.0';
  }

  #connected(socket: Socket): void {
    const { requestBytes, responseBytes, seconds } = this.#request;
    this.#listener.close();
    this.#data = socket;
    const begunNs = now();
    const session = this.#server.session({ ...this.#control, socket }, requestBytes, responseBytes);
    socket.on('data', (chunk: Buffer) => session.bytes(chunk));
    // The client stops its clock when it sees the connection closed, and reads nothing any more.
    socket.on('end', () => socket.destroy());
    socket.on('error', () => {});
    socket.on('close', () => {
      session.end();
      const transactions = session.sent / responseBytes;
      this.#finish({
        received: session.received,
        sent: session.sent,
        transactions,
        seconds: (now() - begunNs) / nsPerSecond,
      });
    });
    if (seconds === null) this.#stopTimer();
    else this.#closeAfter(seconds + graceSeconds);
  }

  #finish(results: TestResults): void {
    this.#release();
    if (this.#over) return;
    this.#over = true;
    this.#events.done(results);
  }

  #fail(why: string, errno: number): void {
    this.#release();
    if (this.#over) return;
    this.#over = true;
    this.#events.failed(why, this.#told ? null : errno);
  }

  #closeAfter(seconds: number): void {
    this.#stopTimer();
    this.#timer = setTimeout(() => {
      if (this.#data === null) this.#fail(`nobody connected within ${seconds} s`, errno.io);
      else this.#data.destroy();
    }, seconds * 1000).unref();
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #release(): void {
    this.#stopTimer();
    this.#listener.close();
    this.#data?.destroy();
  }
}
