import { type Address, formatAddress } from './address.js';
import { type CommitName, commits } from './commit.js';
import { Door, type DoorLimits, type Visitor } from './door.js';
import type { EncodingName } from './encoding.js';
import { ReplicationError } from './error.js';
import { Events, type Log } from './events.js';
import type { FrameReceiver } from './frames.js';
import type { ReplicatedGuest } from './guest.js';
import type { Hello } from './handshake.js';
import { Link } from './link.js';
import { type AfterLoss, ProtectedGuest } from './protected.js';
import { receive } from './reception.js';
import { service } from './service.js';
import { Session } from './session.js';
import { refuseStrangers } from './strangers.js';
import { type FrameType, jsonFrame, mostPagesPerFrame, mostPartsPerEpoch } from './wire.js';

/** How often one is reminded that the guest has no standby. */
const reminderMs = 10_000;

export const lossPolicies = ['stop', 'continue'] as const;

/** What a primary does without its standby: answer nobody any more, or go on without the protection and say so. */
export type LossPolicy = (typeof lossPolicies)[number];

export interface StandbyTarget {
  readonly address: Address;
  readonly onLoss: LossPolicy;
  /** How pages are sent to it. */
  readonly encoding: EncodingName;
  /** Longest that connecting may take, and an acknowledgement, in milliseconds. */
  readonly connectTimeoutMs: number;
  readonly ackTimeoutMs: number;
}

export interface PrimaryOptions {
  readonly address: Address;
  /** The shared secret; empty for none, which only a loopback address allows. */
  readonly secret: string;
  /** Closed with the primary. */
  readonly guest: ReplicatedGuest;
  /** Null: not synchronised, responses go out at once. */
  readonly standby: StandbyTarget | null;
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
  #door: Door | null = null;
  #reminder: NodeJS.Timeout | null = null;

  private constructor(options: PrimaryOptions) {
    this.#options = options;
    this.#events = new Events(options.log);
    this.#guest = new ProtectedGuest(options.guest, commits[options.commit], (why) => this.#fail(why));
  }

  /**
   * Brings the standby into step, then serves. Takes the guest over, also if it throws.
   * @throws ReplicationError if it cannot listen, would listen to strangers, or has no standby and may not go without.
   */
  static async open(options: PrimaryOptions): Promise<Primary> {
    const primary = new Primary(options);
    try {
      refuseStrangers('primary', options.address, options.secret);
      if (options.standby !== null) {
        refuseLargeEpochs(options.guest);
        await primary.#protect(options.standby);
      }
      await primary.#listen();
      return primary;
    } catch (error) {
      primary.close();
      throw error;
    }
  }

  get address(): Address {
    return this.#door?.address ?? this.#options.address;
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

  close(): void {
    if (this.#reminder !== null) clearInterval(this.#reminder);
    this.#door?.close();
    this.#guest.close();
  }

  async #listen(): Promise<void> {
    const reception = {
      secret: this.#options.secret,
      check: (hello: Hello) => this.#check(hello),
      enter: (hello: Hello, visitor: Visitor) => this.#enter(hello, visitor),
    };
    this.#door = await Door.open({
      what: 'primary',
      address: this.#options.address,
      events: this.#events,
      visit: (visitor) => receive(visitor, reception),
      ...(this.#options.limits && { limits: this.#options.limits }),
    });
  }

  #check(hello: Hello): void {
    if (hello.role === 'primary') throw new ReplicationError('this is a primary: it keeps no other guest');
    if (hello.role === 'observer') return;
    const largest = Math.max(hello.requestBytes, hello.responseBytes);
    if (largest > service.mostBytes) {
      throw new ReplicationError(`messages of ${largest} bytes: the guest has room for ${service.mostBytes}`);
    }
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

  async #protect(target: StandbyTarget): Promise<void> {
    const { guest, secret } = this.#options;
    const name = formatAddress(target.address);
    try {
      const link = await Link.open({
        address: target.address,
        secret,
        guest,
        timeoutMs: target.connectTimeoutMs,
        ackTimeoutMs: target.ackTimeoutMs,
      });
      await this.#guest.protect(link, target.encoding, (why) => this.#lost(target, why));
      this.#events.say(`primary: standby ${name} is in step`);
    } catch (error) {
      if (!(error instanceof ReplicationError)) throw error;
      if (target.onLoss === 'stop') {
        throw new ReplicationError(
          `no standby: ${error.message}; start one with \`dirtybench standby\`, or go without (--on-loss continue)`,
        );
      }
      this.#goUnsynchronised(`no standby: ${error.message}`);
    }
  }

  #lost(target: StandbyTarget, why: string): AfterLoss {
    const lost = `standby ${formatAddress(target.address)} is lost: ${why}`;
    if (target.onLoss === 'continue') {
      this.#goUnsynchronised(lost);
      return 'none';
    }
    this.#events.say(`primary: ${lost}; stopping: no response goes out that the standby has not acknowledged`);
    this.#options.stopped(lost);
    return 'stopped';
  }

  #fail(why: string): void {
    this.#events.say(`primary: the guest failed: ${why}; stopping`);
    this.#options.stopped(`the guest failed: ${why}`);
  }

  #goUnsynchronised(why: string): void {
    this.#events.say(`primary: UNSYNCHRONISED from now on, as --on-loss continue asks: ${why}`);
    const say = () => this.#events.say('primary: still UNSYNCHRONISED: what clients are told is on no standby');
    this.#reminder = setInterval(say, reminderMs).unref();
  }
}

/** @throws ReplicationError if a transaction may change more pages than an epoch can carry. */
function refuseLargeEpochs({ mostDirty }: ReplicatedGuest): void {
  const most = mostPartsPerEpoch * mostPagesPerFrame;
  if (mostDirty <= most) return;
  throw new ReplicationError(`a transaction may change ${mostDirty} pages: an epoch carries at most ${most}`);
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
