import { type Address, formatAddress } from '../address.js';
import { ReplicationError } from '../error.js';
import { Events, type Log } from '../events.js';
import type { ReplicatedGuest } from '../guest/guest.js';
import { service } from '../guest/service.js';
import { receive } from '../wire/connection-handler.js';
import type { FrameReceiver } from '../wire/frames.js';
import { type Hello, noLease, type Terms } from '../wire/handshake.js';
import { Door, type DoorLimits, type Visit, type Visitor } from '../wire/listener.js';
import type { Order, Tidings } from '../wire/migration.js';
import { refuseStrangers } from '../wire/secret.js';
import { type CheckpointInterval, usualInterval } from './checkpoints.js';
import { type CommitName, commits } from './commit.js';
import { Desk, type Inquiries } from './control-endpoint.js';
import { Emigration } from './outgoing-migration.js';
import { ProtectedGuest } from './protected.js';
import { Reminder, unsynchronised } from './repeated-warning.js';
import { Session } from './session.js';
import { Safeguard, type StandbyTarget } from './standby-controller.js';

export interface PrimaryOptions {
  /** Where to listen, or a door that is open already; closed with the primary. */
  readonly entrance: Address | Door;
  /** The shared secret; empty for none, which only a loopback address allows. */
  readonly secret: string;
  /** Closed with the primary. */
  readonly guest: ReplicatedGuest;
  /** Its writes are tracked: it can be given a standby, or be moved. */
  readonly tracked: boolean;
  /** Null: not synchronised, responses go out at once. */
  readonly standby: StandbyTarget | null;
  /** Why it serves without a standby at first though it is meant to have one: said loudly. */
  readonly unsynchronised?: string;
  /** When the guest goes on while the standby has not acknowledged. */
  readonly commit: CommitName;
  /** How often there is a checkpoint, where requests are replayed; absent: as usual. */
  readonly checkpoint?: CheckpointInterval;
  readonly log: Log;
  /** The primary answers nobody any more, because its standby is gone or its guest has failed. */
  readonly stopped: (why: string) => void;
  readonly limits?: Partial<DoorLimits>;
}

type ClientHello = Extract<Hello, { role: 'client' }>;

/** Serves requests from clients with a guest, kept in step with a standby if there is one. */
export class Primary {
  readonly #options: PrimaryOptions;
  readonly #events: Events;
  readonly #guest: ProtectedGuest;
  readonly #reminder: Reminder;
  #door: Door | null = null;
  #safeguard: Safeguard | null = null;
  readonly #sessions = new Map<Session, Visitor>();
  /** Where the guest is on its way to, or serves since it was moved. */
  #emigration: Promise<Emigration> | null = null;
  #moved: Emigration | null = null;

  private constructor(options: PrimaryOptions) {
    this.#options = options;
    this.#events = new Events(options.log);
    this.#reminder = new Reminder(this.#events);
    const { guest, commit, checkpoint = usualInterval } = options;
    this.#guest = new ProtectedGuest(guest, commits[commit], checkpoint, (why) => this.#fail(why));
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
    const session = new Session({
      socket,
      requestBytes,
      responseBytes,
      ready: (session) => this.#guest.serve(session),
      slow: () =>
        this.#events.sayOften('slow reader', `primary: ${name} does not read its responses; its requests wait`),
      stuck: () => visitor.dismiss('it did not read its responses for too long'),
    });
    this.#sessions.set(session, visitor);
    socket.on('close', () => this.#sessions.delete(session));
    this.#moved?.lead(session, visitor);
    return session;
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
    this.#moved?.close();
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
    if (this.#moved !== null) throw new ReplicationError(`the guest has moved: ${whereTo(this.#moved)}`);
    refuseLargeMessages(hello);
    return noLease;
  }

  #enter(hello: Hello, visitor: Visitor): FrameReceiver | Session {
    return hello.role === 'client' ? this.client(hello, visitor) : new Desk(visitor, this.#inquiries);
  }

  /** Serves a client that has been let in; the caller passes on what it sends with the session's `bytes`. */
  client({ requestBytes, responseBytes }: ClientHello, visitor: Visitor): Session {
    const session = this.session(visitor, requestBytes, responseBytes);
    const { name, socket } = visitor;
    this.#events.sayOften('client', `primary: client ${name} connected: ${requestBytes} bytes to ${responseBytes}`);
    socket.on('close', () => {
      session.end();
      this.#events.sayOften('client gone', `primary: client ${name} is gone`);
    });
    return session;
  }

  get #inquiries(): Inquiries {
    return {
      statistics: () => this.#guest.statistics(),
      digest: () => this.#moved?.digest() ?? this.#guest.digest(),
      migrate: (order, tell) => this.#migrate(order, tell),
    };
  }

  async #migrate(order: Order, tell: (tidings: Tidings) => void): Promise<void> {
    const { guest, secret, tracked, stopped } = this.#options;
    if (this.#moved !== null) throw new ReplicationError(`it has moved already: ${whereTo(this.#moved)}`);
    if (this.#emigration !== null) throw new ReplicationError('it is being moved already');
    if (!tracked) throw new ReplicationError('nothing is tracked: only a guest in another mode than none is moved');
    if (this.#safeguard !== null) {
      throw new ReplicationError('its standby would not know: only a guest without one is moved (--standby none)');
    }
    const to = formatAddress(order.to);
    this.#events.say(`primary: moving the guest to ${to}`);
    const sessions = () => this.#sessions;
    const emigrant = { guest, protected: this.#guest, secret, events: this.#events, sessions, stopped };
    this.#emigration = Emigration.begin(emigrant, order, (round) => tell({ kind: 'round', round }));
    try {
      this.#moved = await this.#emigration;
    } catch (error) {
      this.#emigration = null;
      this.#events.say(`primary: the guest was not moved to ${to}: ${error instanceof Error ? error.message : error}`);
      throw error;
    }
    const { move, serving } = this.#moved;
    for (const [session, visitor] of this.#sessions) if (!session.redirected) this.#moved.lead(session, visitor);
    this.#reminder.end();
    this.#events.say(
      `primary: the guest MOVED: ${whereTo(this.#moved)}; ${move.clients} connections go there through here, until this ends`,
    );
    tell({ kind: 'moved', move, serving: formatAddress(serving) });
  }

  #fail(why: string): void {
    this.#events.say(`primary: the guest failed: ${why}; stopping`);
    this.#options.stopped(`the guest failed: ${why}`);
  }
}

/** @throws ReplicationError if a guest has no room for what a client would send or be sent. */
export function refuseLargeMessages({ requestBytes, responseBytes }: ClientHello): void {
  const largest = Math.max(requestBytes, responseBytes);
  if (largest <= service.mostBytes) return;
  throw new ReplicationError(`messages of ${largest} bytes: the guest has room for ${service.mostBytes}`);
}

function whereTo({ serving }: Emigration): string {
  return `it serves on ${formatAddress(serving)}`;
}
