import { createServer, type Server, type Socket } from 'node:net';
import { type Address, formatAddress } from '../address.js';
import { ReplicationError } from '../error.js';
import type { Events } from '../events.js';

/** Someone who has connected. */
export interface Peer {
  readonly socket: Socket;
  /** Address and port, for the log. */
  readonly name: string;
  /**
   * What the peer asks for is known and granted: it may now be silent as long as it likes.
   * @throws ReplicationError if as many as the limit allows are in already.
   */
  admit(): void;
  /** Closes the connection with a line in the log. Bytes already written still go out, if the other side takes them. */
  dismiss(why: string): void;
}

/** Takes a new connection; its data and end are the callee's to handle. */
export type Accept = (peer: Peer) => void;

/** Where to listen, and who takes those that connect. */
export interface ListenerOptions {
  /** What listens, for messages: `standby`, `primary`, `netperf`. */
  readonly what: string;
  readonly address: Address;
  readonly events: Events;
  /** Takes new connections. */
  readonly accept: Accept;
  readonly limits?: Partial<ListenerLimits>;
}

/** How many may connect, and how long they may take. */
export interface ListenerLimits {
  /** Most connections that have not yet said what they want: for one more, the one waiting longest is closed. */
  readonly waiting: number;
  /** Most admitted ones; beyond that, connections are refused. */
  readonly admitted: number;
  /** Milliseconds in which a peer must say what it wants. */
  readonly patienceMs: number;
  /** Milliseconds that a dismissed peer has to read why. */
  readonly lingerMs: number;
}

const reasonKindLength = 24;
const defaultLimits: ListenerLimits = { waiting: 128, admitted: 256, patienceMs: 10_000, lingerMs: 1000 };

/**
 * A listening port that silent connections cannot exhaust: they are few at a time and not for long, and each new one is
 * accepted, at the cost of the one that has been silent longest.
 */
export class Listener {
  /** Takes the next connection; may be replaced at any time. */
  accept: Accept;
  readonly #options: ListenerOptions;
  readonly #limits: ListenerLimits;
  readonly #server: Server;
  readonly #waiting = new Set<Peer>();
  readonly #admitted = new Set<Peer>();
  readonly #sockets = new Set<Socket>();

  private constructor(options: ListenerOptions) {
    this.accept = options.accept;
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#server = createServer({ noDelay: true, keepAlive: true }, (socket) => this.#enter(socket));
  }

  /** @throws ReplicationError if it cannot listen there. */
  static async open(options: ListenerOptions): Promise<Listener> {
    const listener = new Listener(options);
    const { address, what } = options;
    await new Promise<void>((resolve, reject) => {
      listener.#server.once('error', (error: NodeJS.ErrnoException) => {
        const why = error.code === 'EADDRINUSE' ? 'the port is taken, choose another' : error.message;
        reject(new ReplicationError(`${what} cannot listen on ${formatAddress(address)}: ${why}`));
      });
      listener.#server.listen(address, resolve);
    });
    listener.#server.on('error', (error) =>
      options.events.sayOften(`${what} accept`, `${what}: cannot accept: ${error.message}`),
    );
    return listener;
  }

  /** Where it listens; the port is the real one also if 0 was asked for. */
  get address(): Address {
    const bound = this.#server.address();
    if (typeof bound !== 'object' || bound === null) return this.#options.address;
    return { host: bound.address, port: bound.port };
  }

  /** Stops listening and drops every connection. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #enter(socket: Socket): void {
    const { events, what } = this.#options;
    const peer: Peer = {
      socket,
      name: formatAddress({ host: socket.remoteAddress ?? 'unknown', port: socket.remotePort ?? 0 }),
      admit: () => this.#admit(peer),
      dismiss: (why) => this.#dismiss(peer, why),
    };
    this.#sockets.add(socket);
    this.#waiting.add(peer);
    const patience = setTimeout(() => {
      if (this.#waiting.has(peer)) peer.dismiss(`silent for ${this.#limits.patienceMs} ms after connecting`);
    }, this.#limits.patienceMs);
    socket.on('error', (error) => events.sayOften(`${what} error`, `${what}: ${peer.name}: ${error.message}`));
    socket.on('close', () => {
      clearTimeout(patience);
      this.#sockets.delete(socket);
      this.#waiting.delete(peer);
      this.#admitted.delete(peer);
    });
    this.accept(peer);
    this.#makeRoom();
  }

  #makeRoom(): void {
    const [longest] = this.#waiting;
    if (this.#waiting.size <= this.#limits.waiting || longest === undefined) return;
    longest.dismiss(`silent, and ${this.#limits.waiting} connections at once may be; it was the one silent longest`);
    longest.socket.destroy();
  }

  #admit(peer: Peer): void {
    if (this.#admitted.size >= this.#limits.admitted) {
      throw new ReplicationError(`full: ${this.#limits.admitted} connections are served already`);
    }
    this.#waiting.delete(peer);
    this.#admitted.add(peer);
  }

  #dismiss(peer: Peer, why: string): void {
    const { events, what } = this.#options;
    const { socket, name } = peer;
    this.#waiting.delete(peer);
    // Reasons are told apart by how they begin: further on they quote what the peer sent.
    events.sayOften(`${what}: ${why.slice(0, reasonKindLength)}`, `${what}: closing ${name}: ${why}`);
    socket.removeAllListeners('data');
    socket.resume();
    socket.end();
    setTimeout(() => socket.destroy(), this.#limits.lingerMs).unref();
  }
}
