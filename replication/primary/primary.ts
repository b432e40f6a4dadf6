import { type Address, formatAddress } from '../address.js';
import { HandedOverError, ReplicationError } from '../error.js';
import { Events, type Log } from '../events.js';
import type { ReplicatedGuest } from '../guest/guest.js';
import { service } from '../guest/service.js';
import { handleConnection } from '../wire/connection-handler.js';
import type { FrameReceiver } from '../wire/frames.js';
import { type Hello, noLease, type Terms } from '../wire/handshake.js';
import { type Accept, Listener, type ListenerLimits, type Peer } from '../wire/listener.js';
import type { MigrateRequest, MigrationProgress } from '../wire/migration.js';
import { requireSecret } from '../wire/secret.js';
import { longestWhy } from '../wire/wire.js';
import { type CheckpointInterval, usualInterval } from './checkpoints.js';
import { type CommitName, commits } from './commit.js';
import { type ControlApi, ControlEndpoint } from './control-endpoint.js';
import { OutgoingMigration } from './outgoing-migration.js';
import { ProtectedGuest } from './protected.js';
import { RepeatedWarning, unsynchronised } from './repeated-warning.js';
import { Session } from './session.js';
import { StandbyController, type StandbyTarget } from './standby-controller.js';

/** What a primary serves, where, and how it is kept in step. */
export interface PrimaryOptions {
  /** Where to listen, or a listener that is open already; closed with the primary. */
  readonly listenOn: Address | Listener;
  /** The shared secret; empty for none, which only a loopback address allows. */
  readonly secret: string;
  /** Closed with the primary. */
  readonly guest: ReplicatedGuest;
  /** Whether the guest's writes are tracked: it can be given a standby, or be moved. */
  readonly tracked: boolean;
  /** Null: not synchronised, responses go out at once. */
  readonly standby: StandbyTarget | null;
  /** When the guest goes on while the standby has not acknowledged. */
  readonly commit: CommitName;
  /** Done before each attempt to move the guest away, in turns of the event loop, as `rehearsal/` does; absent: nothing. */
  readonly rehearse?: (() => Promise<unknown>) | undefined;
  /** How often there is a checkpoint, where requests are replayed; absent: as usual. */
  readonly checkpoint?: CheckpointInterval;
  readonly log: Log;
  /**
   * The primary answers nobody any more: its standby is gone or has taken over, its guest has failed, or was handed over to a target that
   * does not say whether it runs there. Whoever opened the primary is to close it.
   */
  readonly stopped: (why: string) => void;
  readonly limits?: Partial<ListenerLimits>;
}

type ClientHello = Extract<Hello, { role: 'client' }>;

/** Serves requests from clients with a guest, kept in step with a standby if there is one. */
export class Primary {
  readonly #options: PrimaryOptions;
  readonly #events: Events;
  readonly #guest: ProtectedGuest;
  readonly #warning: RepeatedWarning;
  #listener: Listener | null = null;
  #controller: StandbyController | null = null;
  readonly #sessions = new Map<Session, Peer>();
  /** The move that is under way, was made or may have been; null: none, or the last one failed and the guest stays. */
  #outgoing: Promise<OutgoingMigration> | null = null;
  /** That move once the guest serves there. */
  #moved: OutgoingMigration | null = null;

  /**
   * Makes as much of it as can be made before its guest's memory is here, as for a guest that is being moved here. Until it serves it owns
   * nothing, and need not be closed.
   */
  constructor(options: PrimaryOptions) {
    this.#options = options;
    this.#events = new Events(options.log);
    this.#warning = new RepeatedWarning(this.#events);
    const { guest, commit, checkpoint = usualInterval } = options;
    this.#guest = new ProtectedGuest(guest, commits[commit], checkpoint, (why) => this.#fail(why));
  }

  /**
   * Brings the standby into step, then serves. Owns the guest and the listener from now on, also if it throws.
   * @throws ReplicationError if it cannot listen, has no secret beyond loopback, or has no standby and may not go without.
   */
  static async open(options: PrimaryOptions): Promise<Primary> {
    const primary = new Primary(options);
    await primary.#serve(async () => primary.#controller?.begin());
    return primary;
  }

  /** Serves at once; a standby is looked for when `goUnsynchronised` is called. Otherwise as `open`. */
  serveAlone(): Promise<void> {
    return this.#serve(async () => {});
  }

  /** Says loudly why it serves without a standby, and looks for the one that it is meant to have. */
  goUnsynchronised(why: string): void {
    if (this.#controller === null) unsynchronised(this.#warning, why);
    else this.#controller.goUnsynchronised(why);
  }

  get address(): Address {
    const { listenOn } = this.#options;
    return this.#listener?.address ?? (listenOn instanceof Listener ? listenOn.address : listenOn);
  }

  /**
   * Serves the requests that come on a socket, of one size each, which the caller has checked as `refuseLargeMessages` does. The caller
   * passes on the socket's data with the session's `bytes`, and calls its `end` when the socket is closed.
   */
  session(peer: Peer, requestBytes: number, responseBytes: number): Session {
    const { name, socket } = peer;
    const session = new Session({
      socket,
      requestBytes,
      responseBytes,
      ready: (session) => this.#guest.serve(session),
      slow: () =>
        this.#events.sayOften('slow reader', `primary: ${name} does not read its responses; its requests wait`),
      stuck: () => peer.dismiss('it did not read its responses for too long'),
    });
    this.#sessions.set(session, peer);
    socket.on('close', () => this.#sessions.delete(session));
    this.#moved?.redirect(session, peer);
    return session;
  }

  /** Ends because it was asked to: a standby does not take over. */
  end(): void {
    this.#controller?.tellShutdown();
    this.close();
  }

  /** Ends as if it had failed: a standby that can take over does. May be called again, also after `end`. */
  close(): void {
    const { listenOn } = this.#options;
    this.#warning.end();
    this.#controller?.close();
    this.#guest.close();
    this.#moved?.close();
    if (listenOn instanceof Listener) listenOn.close();
    this.#listener?.close();
  }

  async #serve(protect: () => Promise<void>): Promise<void> {
    try {
      this.#openController();
      await protect();
      await this.#listen();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #openController(): void {
    const { listenOn, guest, secret, standby: target, stopped } = this.#options;
    if (!(listenOn instanceof Listener)) requireSecret('primary', listenOn, secret);
    if (target === null) return;
    this.#controller = new StandbyController({
      target,
      secret,
      guest,
      protected: this.#guest,
      events: this.#events,
      warning: this.#warning,
      stopped,
    });
  }

  async #listen(): Promise<void> {
    const handler = {
      secret: this.#options.secret,
      check: (hello: Hello) => this.#check(hello),
      enter: (hello: Hello, peer: Peer) => this.#enter(hello, peer),
    };
    const { listenOn, limits } = this.#options;
    const accept: Accept = (peer) => handleConnection(peer, handler);
    if (listenOn instanceof Listener) {
      this.#listener = listenOn;
      listenOn.accept = accept;
    } else {
      const options = { what: 'primary', address: listenOn, events: this.#events, accept };
      this.#listener = await Listener.open({ ...options, ...(limits && { limits }) });
    }
  }

  #check(hello: Hello): Terms {
    if (hello.role === 'primary') throw new ReplicationError('this is a primary: it keeps no other guest');
    if (hello.role === 'observer') return noLease;
    if (this.#moved !== null) throw new ReplicationError(`the guest has moved: ${whereTo(this.#moved)}`);
    refuseLargeMessages(hello);
    return noLease;
  }

  #enter(hello: Hello, peer: Peer): FrameReceiver | Session {
    if (hello.role !== 'client') return new ControlEndpoint(peer, this.#control);
    const { requestBytes, responseBytes } = hello;
    this.#events.sayOften(
      'client',
      `primary: client ${peer.name} connected: ${requestBytes} bytes to ${responseBytes}`,
    );
    return this.client(hello, peer);
  }

  /** Serves a client that has been let in; the caller passes on what it sends with the session's `bytes`. */
  client({ requestBytes, responseBytes }: ClientHello, peer: Peer): Session {
    const session = this.session(peer, requestBytes, responseBytes);
    const { name, socket } = peer;
    socket.on('close', () => {
      session.end();
      this.#events.sayOften('client gone', `primary: client ${name} is gone`);
    });
    return session;
  }

  get #control(): ControlApi {
    return {
      statistics: () => this.#guest.statistics(),
      digest: () => this.#moved?.digest() ?? this.#guest.digest(),
      migrate: (order, tell) => this.#migrate(order, tell),
    };
  }

  async #migrate(order: MigrateRequest, tell: (progress: MigrationProgress) => void): Promise<void> {
    const { guest, secret, tracked, rehearse } = this.#options;
    if (this.#moved !== null) throw new ReplicationError(`it has moved already: ${whereTo(this.#moved)}`);
    if (this.#outgoing !== null) throw new ReplicationError('it is being moved already');
    if (!tracked) throw new ReplicationError('nothing is tracked: only a guest in another mode than none is moved');
    if (this.#controller !== null) {
      throw new ReplicationError('its standby would not know: only a guest without one is moved (--standby none)');
    }
    const to = formatAddress(order.to);
    this.#events.say(`primary: moving the guest to ${to}`);
    const sessions = () => this.#sessions;
    const source = { guest, protected: this.#guest, secret, events: this.#events, rehearse, sessions };
    this.#outgoing = OutgoingMigration.begin(source, order, (round) => tell({ kind: 'round', round }));
    try {
      this.#moved = await this.#outgoing;
    } catch (error) {
      if (error instanceof HandedOverError) return this.#handedOver(error.message, tell);
      this.#outgoing = null;
      this.#events.say(`primary: the guest was not moved to ${to}: ${error instanceof Error ? error.message : error}`);
      throw error;
    }
    const { move, serving } = this.#moved;
    for (const [session, peer] of this.#sessions) if (!session.redirected) this.#moved.redirect(session, peer);
    this.#warning.end();
    this.#events.say(
      `primary: the guest MOVED: ${whereTo(this.#moved)}; ${move.clients} connections go there through here, until this ends`,
    );
    tell({ kind: 'moved', move, serving: formatAddress(serving) });
  }

  /** Nobody knows where the guest is: the operator is told before this ends, which closes the connection. */
  #handedOver(why: string, tell: (progress: MigrationProgress) => void): void {
    this.#events.say(`primary: ${why}; stopping`);
    tell({ kind: 'handed-over', why: why.slice(0, longestWhy) });
    this.#options.stopped(why);
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

function whereTo({ serving }: OutgoingMigration): string {
  return `it serves on ${formatAddress(serving)}`;
}
