import type { Address } from './address.js';
import { type CommitName, commits } from './commit.js';
import { Door, type DoorLimits, type Visit, type Visitor } from './door.js';
import { ReplicationError } from './error.js';
import { Events, type Log } from './events.js';
import type { FrameReceiver } from './frames.js';
import type { ReplicatedGuest } from './guest.js';
import { type Hello, noLease, type Terms } from './handshake.js';
import { ProtectedGuest } from './protected.js';
import { receive } from './reception.js';
import { Reminder, unsynchronised } from './reminder.js';
import { Safeguard, type StandbyTarget } from './safeguard.js';
import { service } from './service.js';
import { Session } from './session.js';
import { refuseStrangers } from './strangers.js';
import { type FrameType, jsonFrame } from './wire.js';

export interface PrimaryOptions {
  /** Where to listen, or a door that is open already; closed with the primary. */
  readonly entrance: Address | Door;
  /** The shared secret; empty for none, which only a loopback address allows. */
  readonly secret: string;
  /** Closed with the primary. */
  readonly guest: ReplicatedGuest;
  /** Null: not synchronised, responses go out at once. */
  readonly standby: StandbyTarget | null;
  /** Why it serves without a standby at first though it is meant to have one: said loudly. */
  readonly unsynchronised?: string;
  /** When the guest goes on while the standby has not acknowledged. */
  readonly commit: CommitName;
  readonly log: Log;
  /** The primary answers nobody any more, because its standby is gone or its guest has failed. */
  readonly stopped: (why: string) => void;
  readonly limits?: Partial<DoorLimits>;
}

/** Serves requests from clients with a guest, kept in step with a standby if there is one. */
export class Primary {
  readonly #options: PrimaryOptions;
  readonly #events: Events;
  readonly #guest: ProtectedGuest;
  readonly #reminder: Reminder;
  #door: Door | null = null;
  #safeguard: Safeguard | null = null;

  private constructor(options: PrimaryOptions) {
    this.#options = options;
    this.#events = new Events(options.log);
    this.#reminder = new Reminder(this.#events);
    this.#guest = new ProtectedGuest(options.guest, commits[options.commit], (why) => this.#fail(why));
  }

  /**
   * Brings the standby into step, then serves. Takes the guest and the door over, also if it throws.
   * @throws ReplicationError if it cannot listen, would listen to strangers, or has no standby and may not go without.
   */
  static async open(options: PrimaryOptions): Promise<Primary> {
    const primary = new Primary(options);
    try {
      await primary.#begin();
      await primary.#listen();
      return primary;
    } catch (error) {
      primary.close();
      throw error;
    }
  }

  get address(): Address {
    const { entrance } = this.#options;
    return this.#door?.address ?? (entrance instanceof Door ? entrance.address : entrance);
  }

  /**
   * Serves the requests that come on a socket, of one size each. The caller passes on the socket's data with the
   * session's `bytes`, and calls its `end`.
   */
  session(visitor: Visitor, requestBytes: number, responseBytes: number): Session {
    const { name, socket } = visitor;
    return new Session({
      socket,
      requestBytes,
      responseBytes,
      ready: (session) => this.#guest.serve(session),
      slow: () =>
        this.#events.sayOften('slow reader', `primary: ${name} does not read its responses; its requests wait`),
      stuck: () => visitor.dismiss('it did not read its responses for too long'),
    });
  }

  /** Ends because it was asked to: a standby does not take over. */
  end(): void {
    this.#safeguard?.farewell();
    this.close();
  }

  /** Ends as if it had failed: a standby that can takes over. */
  close(): void {
    const { entrance } = this.#options;
    this.#reminder.end();
    this.#safeguard?.close();
    this.#guest.close();
    if (entrance instanceof Door) entrance.close();
    this.#door?.close();
  }

  async #begin(): Promise<void> {
    const { entrance, guest, secret, standby: target, unsynchronised: why, stopped } = this.#options;
    if (!(entrance instanceof Door)) refuseStrangers('primary', entrance, secret);
    if (target !== null) {
      const [events, reminder] = [this.#events, this.#reminder];
      this.#safeguard = new Safeguard({ target, secret, guest, protected: this.#guest, events, reminder, stopped });
    }
    if (why === undefined) await this.#safeguard?.begin();
    else if (this.#safeguard === null) unsynchronised(this.#reminder, why);
    else this.#safeguard.goUnsynchronised(why);
  }

  async #listen(): Promise<void> {
    const reception = {
      secret: this.#options.secret,
      check: (hello: Hello) => this.#check(hello),
      enter: (hello: Hello, visitor: Visitor) => this.#enter(hello, visitor),
    };
    const { entrance, limits } = this.#options;
    const visit: Visit = (visitor) => receive(visitor, reception);
    if (entrance instanceof Door) {
      this.#door = entrance;
      entrance.visit = visit;
    } else {
      const options = { what: 'primary', address: entrance, events: this.#events, visit };
      this.#door = await Door.open({ ...options, ...(limits && { limits }) });
    }
  }

  #check(hello: Hello): Terms {
    if (hello.role === 'primary') throw new ReplicationError('this is a primary: it keeps no other guest');
    if (hello.role === 'observer') return noLease;
    const largest = Math.max(hello.requestBytes, hello.responseBytes);
    if (largest > service.mostBytes) {
      throw new ReplicationError(`messages of ${largest} bytes: the guest has room for ${service.mostBytes}`);
    }
    return noLease;
  }

  #enter(hello: Hello, visitor: Visitor): FrameReceiver | Session {
    if (hello.role !== 'client') return new Answers(visitor, this.#guest);
    const { requestBytes, responseBytes } = hello;
    const session = this.session(visitor, requestBytes, responseBytes);
    const { name, socket } = visitor;
    this.#events.sayOften('client', `primary: client ${name} connected: ${requestBytes} bytes to ${responseBytes}`);
    socket.on('close', () => {
      session.end();
      this.#events.sayOften('client gone', `primary: client ${name} is gone`);
    });
    return session;
  }

  #fail(why: string): void {
    this.#events.say(`primary: the guest failed: ${why}; stopping`);
    this.#options.stopped(`the guest failed: ${why}`);
  }
}

/** Answers those who ask about the guest. */
class Answers implements FrameReceiver {
  readonly #visitor: Visitor;
  readonly #guest: ProtectedGuest;

  constructor(visitor: Visitor, guest: ProtectedGuest) {
    this.#visitor = visitor;
    this.#guest = guest;
  }

  expects(type: FrameType): boolean {
    return type === 'digest-request' || type === 'statistics-request';
  }

  frame(type: FrameType): void {
    const { socket } = this.#visitor;
    if (type === 'statistics-request') socket.write(jsonFrame('statistics', this.#guest.statistics()));
    else this.#guest.digest().then((digest) => socket.write(jsonFrame('digest', digest)));
  }
}
