import { type Address, parseAddress } from '../address.js';
import { now } from '../clock.js';
import { LostError, RefusedError } from '../error.js';
import type { ReplicatedGuest } from '../guest/guest.js';
import { HeldLease, heartbeatMs, type Message } from '../lease.js';
import { type Digest, digestReplySchema } from '../memory/digest.js';
import { type Connection, connect } from '../wire/connection.js';
import { type Ack, readAck } from '../wire/epoch.js';
import { FrameReader, type FrameReceiver } from '../wire/frames.js';
import { type Purpose, parseBody, readRefusal, servingSchema } from '../wire/handshake.js';
import { DirectReceiver } from '../wire/receiver.js';
import { emptyFrame, type FrameType, jsonFrame } from '../wire/wire.js';

/** How a primary connects to its standby, or to the target of a migration. */
export interface LinkOptions {
  readonly address: Address;
  readonly secret: string;
  readonly guest: ReplicatedGuest;
  readonly purpose: Purpose;
  readonly timeoutMs: number;
  /** Longest that the standby may take for an acknowledgement, in milliseconds. */
  readonly ackTimeoutMs: number;
  /** How long a wait for the standby may look for its message without sleeping, in microseconds; absent: never. */
  readonly pollUs?: number;
}

/** What a primary hears from its standby. */
export interface LinkEvents {
  acknowledged(ack: Ack, receivedNs: number): void;
  /** A request is in its log; `epoch` is the transaction's number. */
  logged(ack: Ack, receivedNs: number): void;
  /** `mayAnswer` may be true again after it was false. */
  renewed(): void;
  /** The standby is gone, or breaks the protocol; the last event, and it comes once. */
  lost(why: string): void;
}

const heartbeat = emptyFrame('heartbeat');
const heard = new Set<FrameType>(['ack', 'log-ack', 'heartbeat', 'digest', 'serving', 'refused']);

/** A primary's connection to its standby. */
export class Link implements FrameReceiver {
  readonly sharesClock: boolean;
  /** The standby serves in the primary's place when that is gone: responses may then only go out under its lease. */
  readonly takesOver: boolean;
  readonly #connection: Connection;
  readonly #receiver: DirectReceiver | null;
  readonly #ackTimeoutMs: number;
  #events: LinkEvents | null = null;
  #heartbeatWaits: (() => void)[] = [];
  #digestWaits: ((digest: Digest | null) => void)[] = [];
  /** Waits to hear where the guest serves, or is to. */
  #asked: { readonly resolve: (serving: Address) => void; readonly reject: (error: Error) => void } | null = null;
  #watch: NodeJS.Timeout | null = null;
  #heartbeats: NodeJS.Timeout | null = null;
  readonly #lease: HeldLease;
  /** A response was held back because the lease had ended. */
  #withheld = false;
  /** When something was last acknowledged; while nothing is in flight, when the next message was sent. */
  #since = 0;
  #lost: string | null = null;

  private constructor(connection: Connection, ackTimeoutMs: number) {
    this.#connection = connection;
    const due = () => this.#lost === null && (this.#lease.outstanding > 0 || this.#asked !== null);
    this.#receiver = connection.direct && new DirectReceiver(connection.direct, due);
    this.#ackTimeoutMs = ackTimeoutMs;
    this.sharesClock = connection.sharesClock;
    this.takesOver = connection.leaseMs > 0;
    this.#lease = new HeldLease(connection.leaseMs);
    const reader = new FrameReader(this);
    connection.receive = (bytes) => reader.push(bytes);
    connection.closed = (why) => this.#lose(why ?? 'it closed the connection');
  }

  /** @throws ReplicationError if the standby cannot be reached or refuses. */
  static async open({
    address,
    secret,
    guest,
    purpose,
    timeoutMs,
    ackTimeoutMs,
    pollUs = 0,
  }: LinkOptions): Promise<Link> {
    const { memoryBytes, stateBytes, kind } = guest;
    const { workload, pagesPerTransaction, seed } = guest.settings;
    const service = { workload, pagesPerTransaction, seed };
    const wish = { role: 'primary', memoryBytes, stateBytes, guest: kind, service, purpose } as const;
    return new Link(await connect({ address, secret, timeoutMs, wish, pollUs }), ackTimeoutMs);
  }

  /** Whether a response may go out now; asked directly before each. */
  get mayAnswer(): boolean {
    if (!this.takesOver || this.#lease.holds(now())) return true;
    this.#withheld = true;
    return false;
  }

  /** Why the standby is lost; null while it is not. */
  get lost(): string | null {
    return this.#lost;
  }

  /** From now on what the standby says goes there; if it is lost already, that is all it says. */
  listen(events: LinkEvents): void {
    if (this.#lost !== null) {
      events.lost(this.#lost);
      return;
    }
    this.#events = events;
    this.#watch ??= setInterval(() => this.#checkStall(), Math.max(1, this.#ackTimeoutMs / 4));
    if (this.takesOver)
      this.#heartbeats ??= setInterval(() => this.#heartbeat(), heartbeatMs(this.#connection.leaseMs));
  }

  /** Sends pages ahead of the first epoch; resolves when there is room for more. @throws LostError if the standby is lost. */
  async sendBulk(frames: Buffer): Promise<void> {
    if (this.#lost !== null) throw new LostError(this.#lost);
    const { socket } = this.#connection;
    await new Promise<void>((resolve, reject) => {
      socket.write(frames, (error) => (error == null ? resolve() : reject(new LostError(error.message))));
    });
  }

  /** Sends an epoch's frames. They must stay as they are until the epoch is acknowledged. */
  send(frames: Buffer): void {
    this.#note('epoch');
    this.#send(frames);
  }

  /** Sends a part of an epoch that is not its last: `send` follows for that. The same holds for the frame. */
  sendPart(frame: Buffer): void {
    this.#send(frame);
  }

  /** Sends so many requests for the standby's log, each of which it acknowledges. */
  log(frames: Buffer, count: number): void {
    for (let i = 0; i < count; i++) this.#note('log');
    this.#send(frames);
  }

  /** The standby's next words are waited for between turns of the event loop, as long as any are due. */
  expect(): void {
    this.#receiver?.expect();
  }

  /**
   * Takes what the standby has said; where that is nothing, waits for it, for at most so many milliseconds in which nothing
   * else happens in this process. Returns whether it said something.
   */
  receive(waitMs: number): boolean {
    return this.#lost === null && (this.#connection.direct?.receive(waitMs) ?? false);
  }

  /** Resolves when the standby has worked through all that was sent to it until now, or is lost. */
  caughtUp(): Promise<void> {
    if (this.#lost !== null) return Promise.resolve();
    return new Promise((resolve) => this.#heartbeat(resolve));
  }

  /** The standby's digest of the last epoch sent; null if it holds none, or is lost meanwhile. */
  digest(): Promise<Digest | null> {
    if (this.#lost !== null) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#digestWaits.push(resolve);
      this.#connection.socket.write(jsonFrame('digest-request', {}));
    });
  }

  /**
   * Tells the standby that from now on nobody is answered without it. It never takes over before, so a primary that was
   * answering already may go on doing so if it does not come as far as this.
   */
  activateLease(): void {
    this.#connection.socket.write(emptyFrame('in-step'));
  }

  /**
   * Tells the target of a migration to run the guest from now on; resolves with where it serves.
   * @throws RefusedError if it will not, or was not told; LostError if it is lost, or silent, before it has said either: it
   * may run the guest then.
   */
  handOver(timeoutMs: number): Promise<Address> {
    return this.#ask('hand-over', timeoutMs);
  }

  /**
   * Asks the target of a migration to be ready for the guest; resolves with where its clients are to connect.
   * @throws ReplicationError if it refuses, is lost, or silent.
   */
  prepare(timeoutMs: number): Promise<Address> {
    return this.#ask('prepare', timeoutMs);
  }

  #ask(question: 'prepare' | 'hand-over', timeoutMs: number): Promise<Address> {
    if (this.#lost !== null) return Promise.reject(new RefusedError(this.#lost));
    return new Promise<Address>((resolve, reject) => {
      const silence = setTimeout(
        () =>
          this.#giveUp(
            `it did not say within ${timeoutMs} ms that it ${question === 'prepare' ? 'is ready' : 'serves'}`,
          ),
        timeoutMs,
      );
      const settled = <T>(settle: (value: T) => void) => {
        return (value: T) => {
          clearTimeout(silence);
          settle(value);
        };
      };
      this.#asked = { resolve: settled(resolve), reject: settled(reject) };
      this.#connection.socket.write(emptyFrame(question));
      this.#receiver?.expect();
    });
  }

  /** Tells the standby that this primary ends because it was asked to, and that nobody is to take over. */
  tellShutdown(): void {
    if (this.#lost === null) this.#connection.socket.write(emptyFrame('shutdown'));
  }

  close(): void {
    this.#events = null;
    this.#lose('closed here');
    this.#connection.socket.end();
    this.#connection.socket.destroySoon();
  }

  expects(type: FrameType): boolean {
    return heard.has(type);
  }

  frame(type: FrameType, body: Buffer): void {
    if (type === 'ack') {
      this.#acknowledged('epoch');
      this.#events?.acknowledged(readAck(body), this.#since);
      this.#renewed();
    } else if (type === 'log-ack') {
      this.#acknowledged('log');
      this.#events?.logged(readAck(body), this.#since);
      this.#renewed();
    } else if (type === 'heartbeat') {
      this.#acknowledged('heartbeat');
      this.#heartbeatWaits.shift()?.();
      this.#renewed();
    } else if (type === 'digest') {
      this.#digestWaits.shift()?.(parseBody(type, body, digestReplySchema).standby);
    } else if (type === 'serving') {
      const asked = this.#asked;
      this.#asked = null;
      asked?.resolve(parseAddress(parseBody(type, body, servingSchema).address));
    } else {
      const refused = readRefusal(body);
      this.#asked?.reject(new RefusedError(refused.message));
      throw refused;
    }
  }

  #heartbeat(answered: () => void = () => {}): void {
    this.#note('heartbeat');
    this.#heartbeatWaits.push(answered);
    this.#connection.socket.write(heartbeat);
  }

  #send(frames: Buffer): void {
    const { direct, socket } = this.#connection;
    if (direct === null) socket.write(frames);
    else direct.send(frames);
  }

  /** The time is taken before the message leaves: the lease counts from then. */
  #note(message: Message): void {
    const sentNs = now();
    if (this.#lease.outstanding === 0) this.#since = sentNs;
    this.#lease.sent(message, sentNs);
  }

  #acknowledged(message: Message): void {
    this.#since = now();
    this.#lease.acknowledged(message);
  }

  #renewed(): void {
    if (!this.#withheld) return;
    this.#withheld = false;
    this.#events?.renewed();
  }

  /** A computation of a digest may take long and is not a stall. */
  #checkStall(): void {
    if (this.#lease.outstanding === 0 || this.#digestWaits.length > 0) return;
    if (now() - this.#since <= this.#ackTimeoutMs * 1e6) return;
    this.#giveUp(`no acknowledgement within ${this.#ackTimeoutMs} ms (--ack-timeout)`);
  }

  #giveUp(why: string): void {
    this.#lose(why);
    this.#connection.socket.destroy();
  }

  #lose(why: string): void {
    if (this.#lost !== null) return;
    this.#lost = why;
    if (this.#watch !== null) clearInterval(this.#watch);
    if (this.#heartbeats !== null) clearInterval(this.#heartbeats);
    for (const resolve of this.#heartbeatWaits.splice(0)) resolve();
    for (const resolve of this.#digestWaits.splice(0)) resolve(null);
    this.#asked?.reject(new LostError(why));
    this.#events?.lost(why);
  }
}
