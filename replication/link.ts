import type { Address } from './address.js';
import { now } from './clock.js';
import { type Connection, connect } from './connection.js';
import { type Digest, digestReplySchema } from './digest.js';
import { type Ack, readAck } from './epoch.js';
import { ReplicationError } from './error.js';
import { FrameReader, type FrameReceiver } from './frames.js';
import type { ReplicatedGuest } from './guest.js';
import { parseBody, readRefusal } from './handshake.js';
import { type FrameType, jsonFrame } from './wire.js';

export interface LinkOptions {
  readonly address: Address;
  readonly secret: string;
  readonly guest: ReplicatedGuest;
  readonly timeoutMs: number;
  /** Longest that the standby may take for an acknowledgement, in milliseconds. */
  readonly ackTimeoutMs: number;
}

/** What a primary hears from its standby. */
export interface LinkEvents {
  acknowledged(ack: Ack, receivedNs: number): void;
  /** `mayAnswer` may be true again after it was false. */
  renewed(): void;
  /** The standby is gone or not to be relied on; said once, and nothing comes after it. */
  lost(why: string): void;
}

/** A primary's connection to its standby. */
export class Link implements FrameReceiver {
  readonly sharesClock: boolean;
  readonly #connection: Connection;
  readonly #ackTimeoutMs: number;
  #events: LinkEvents | null = null;
  #digestWaits: ((digest: Digest | null) => void)[] = [];
  #watch: NodeJS.Timeout | null = null;
  /** Epochs sent and not acknowledged, and since when that number has not changed. */
  #outstanding = 0;
  #since = 0;
  #lost: string | null = null;

  private constructor(connection: Connection, ackTimeoutMs: number) {
    this.#connection = connection;
    this.#ackTimeoutMs = ackTimeoutMs;
    this.sharesClock = connection.sharesClock;
    const reader = new FrameReader(this);
    connection.receive = (bytes) => reader.push(bytes);
    connection.closed = (why) => this.#lose(why ?? 'it closed the connection');
  }

  /** @throws ReplicationError if the standby cannot be reached or refuses. */
  static async open({ address, secret, guest, timeoutMs, ackTimeoutMs }: LinkOptions): Promise<Link> {
    const { memoryBytes, stateBytes, kind } = guest;
    const wish = { role: 'primary', memoryBytes, stateBytes, guest: kind } as const;
    return new Link(await connect({ address, secret, timeoutMs, wish }), ackTimeoutMs);
  }

  /** Whether a response may go out now; asked directly before each. */
  get mayAnswer(): boolean {
    return true;
  }

  /** Why the standby is lost; null while it is not. */
  get lost(): string | null {
    return this.#lost;
  }

  /** From now on what the standby says goes there. */
  listen(events: LinkEvents): void {
    this.#events = events;
    this.#watch ??= setInterval(() => this.#checkStall(), Math.max(1, this.#ackTimeoutMs / 4));
    if (this.#lost !== null) events.lost(this.#lost);
  }

  /** Sends pages ahead of the first epoch; resolves when there is room for more. */
  async fill(frames: Buffer): Promise<void> {
    if (this.#lost !== null) throw new ReplicationError(this.#lost);
    const { socket } = this.#connection;
    await new Promise<void>((resolve, reject) => {
      socket.write(frames, (error) => (error == null ? resolve() : reject(new ReplicationError(error.message))));
    });
  }

  /** Sends an epoch's frames. They must stay as they are until the epoch is acknowledged. */
  send(frames: Buffer): void {
    if (this.#outstanding++ === 0) this.#since = now();
    this.#connection.socket.write(frames);
  }

  /** The standby's digest of the last epoch sent; null if it holds none, or is lost meanwhile. */
  digest(): Promise<Digest | null> {
    if (this.#lost !== null) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#digestWaits.push(resolve);
      this.#connection.socket.write(jsonFrame('digest-request', {}));
    });
  }

  close(): void {
    this.#events = null;
    this.#lose('closed here');
    this.#connection.socket.end();
    this.#connection.socket.destroySoon();
  }

  expects(type: FrameType): boolean {
    return type === 'ack' || type === 'digest' || type === 'refused';
  }

  frame(type: FrameType, body: Buffer): void {
    if (type === 'ack') {
      this.#outstanding--;
      this.#since = now();
      this.#events?.acknowledged(readAck(body), this.#since);
    } else if (type === 'digest') {
      this.#digestWaits.shift()?.(parseBody(type, body, digestReplySchema).standby);
    } else {
      throw new ReplicationError(`it refused: ${readRefusal(body)}`);
    }
  }

  /** A computation of a digest may take long and is not a stall. */
  #checkStall(): void {
    if (this.#outstanding === 0 || this.#digestWaits.length > 0) return;
    if (now() - this.#since <= this.#ackTimeoutMs * 1e6) return;
    this.#lose(`no acknowledgement within ${this.#ackTimeoutMs} ms (--ack-timeout)`);
    this.#connection.socket.destroy();
  }

  #lose(why: string): void {
    if (this.#lost !== null) return;
    this.#lost = why;
    if (this.#watch !== null) clearInterval(this.#watch);
    for (const resolve of this.#digestWaits.splice(0)) resolve(null);
    this.#events?.lost(why);
  }
}
