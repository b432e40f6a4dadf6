import { createServer, type Server, type Socket } from 'node:net';
import { type Address, formatAddress } from '../address.js';
import { ReplicationError } from '../error.js';
import type { Events } from '../events.js';

/** Someone who has connected. */
export interface Visitor {
  readonly socket: Socket;
  /** Address and port, for the log. */
  readonly name: string;
  /**
   * What the visitor wants is known and granted: it may now be silent as long as it likes.
   * @throws ReplicationError if as many as the limit allows are in already.
   */
  admit(): void;
  /** Closes the connection with a line in the log. Bytes already written still go out, if the other side takes them. */
  dismiss(why: string): void;
}

/** Takes a new visitor; its data and end are the callee's to handle. */
export type Visit = (visitor: Visitor) => void;

export interface DoorOptions {
  /** What listens, for messages: `standby`, `primary`, `netperf`. */
  readonly what: string;
  readonly address: Address;
  readonly events: Events;
  /** Takes new visitors. */
  readonly visit: Visit;
  readonly limits?: Partial<DoorLimits>;
}

export interface DoorLimits {
  /** Most connections that have not yet said what they want: for one more, the one waiting longest is closed. */
  readonly waiting: number;
  /** Most admitted ones; beyond that visitors are turned away. */
  readonly admitted: number;
  /** Milliseconds in which a visitor must say what it wants. */
  readonly patienceMs: number;
  /** Milliseconds that a dismissed visitor has to read the last words. */
  readonly farewellMs: number;
}

const reasonKindLength = 24;
const defaultLimits: DoorLimits = { waiting: 128, admitted: 256, patienceMs: 10_000, farewellMs: 1000 };

/**
 * A listening port that strangers cannot clog: those who connect and stay silent are few at a time and not for long,
 * and each newcomer gets in, at the cost of the one that has been silent longest.
 */
export class Door {
  /** Takes the next visitor; may be replaced at any time. */
  visit: Visit;
  readonly #options: DoorOptions;
  readonly #limits: DoorLimits;
  readonly #server: Server;
  readonly #waiting = new Set<Visitor>();
  readonly #admitted = new Set<Visitor>();
  readonly #sockets = new Set<Socket>();

  private constructor(options: DoorOptions) {
    this.visit = options.visit;
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#server = createServer({ noDelay: true, keepAlive: true }, (socket) => this.#enter(socket));
  }

  /** @throws ReplicationError if it cannot listen there. */
  static async open(options: DoorOptions): Promise<Door> {
    const door = new Door(options);
    const { address, what } = options;
    await new Promise<void>((resolve, reject) => {
      door.#server.once('error', (error: NodeJS.ErrnoException) => {
        const why = error.code === 'EADDRINUSE' ? 'the port is taken, choose another' : error.message;
        reject(new ReplicationError(`${what} cannot listen on ${formatAddress(address)}: ${why}`));
      });
      door.#server.listen(address, resolve);
    });
    door.#server.on('error', (error) =>
      options.events.sayOften(`${what} accept`, `${what}: cannot accept: ${error.message}`),
    );
    return door;
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
    const visitor: Visitor = {
      socket,
      name: formatAddress({ host: socket.remoteAddress ?? 'unknown', port: socket.remotePort ?? 0 }),
      admit: () => this.#admit(visitor),
      dismiss: (why) => this.#dismiss(visitor, why),
    };
    this.#sockets.add(socket);
    this.#waiting.add(visitor);
    const patience = setTimeout(() => {
      if (this.#waiting.has(visitor)) visitor.dismiss(`silent for ${this.#limits.patienceMs} ms after connecting`);
    }, this.#limits.patienceMs);
    socket.on('error', (error) => events.sayOften(`${what} error`, `${what}: ${visitor.name}: ${error.message}`));
    socket.on('close', () => {
      clearTimeout(patience);
      this.#sockets.delete(socket);
      this.#waiting.delete(visitor);
      this.#admitted.delete(visitor);
    });
    this.visit(visitor);
    this.#makeRoom();
  }

  #makeRoom(): void {
    const [longest] = this.#waiting;
    if (this.#waiting.size <= this.#limits.waiting || longest === undefined) return;
    longest.dismiss(`silent, and ${this.#limits.waiting} connections at once may be; it was the one silent longest`);
    longest.socket.destroy();
  }

  #admit(visitor: Visitor): void {
    if (this.#admitted.size >= this.#limits.admitted) {
      throw new ReplicationError(`full: ${this.#limits.admitted} connections are served already`);
    }
    this.#waiting.delete(visitor);
    this.#admitted.add(visitor);
  }

  #dismiss(visitor: Visitor, why: string): void {
    const { events, what } = this.#options;
    const { socket, name } = visitor;
    this.#waiting.delete(visitor);
    // Reasons are told apart by how they begin: further on they quote what the visitor sent.
    events.sayOften(`${what}: ${why.slice(0, reasonKindLength)}`, `${what}: closing ${name}: ${why}`);
    socket.removeAllListeners('data');
    socket.resume();
    socket.end();
    setTimeout(() => socket.destroy(), this.#limits.farewellMs).unref();
  }
}
