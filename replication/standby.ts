import { formatSize } from '../results/size.js';
import type { Address } from './address.js';
import { now } from './clock.js';
import type { Digest } from './digest.js';
import { Door, type DoorLimits, type Visitor } from './door.js';
import { ackBytes, writeAck } from './epoch.js';
import { ReplicationError } from './error.js';
import { Events, type Log } from './events.js';
import type { FrameReceiver } from './frames.js';
import type { Hello } from './handshake.js';
import { Image } from './image.js';
import { receive } from './reception.js';
import { refuseStrangers } from './strangers.js';
import { type FrameType, headerBytes, jsonFrame, mostStateBytes, sealFrame } from './wire.js';

export interface StandbyOptions {
  readonly address: Address;
  /** The shared secret; empty for none, which only a loopback address allows. */
  readonly secret: string;
  /** Largest guest that is kept, in bytes of memory. */
  readonly mostMemoryBytes: number;
  readonly log: Log;
  readonly limits?: Partial<DoorLimits>;
}

/** Most written pages of an image whose digest is computed while a primary waits for acknowledgements: 256 MiB. */
const mostPagesAside = 65_536;

/** Keeps the image of a primary's guest, epoch by epoch. */
export class Standby {
  readonly #options: StandbyOptions;
  readonly #events: Events;
  #door: Door | null = null;
  #primary: Visitor | null = null;
  /** The last whole image; that of a new primary takes its place with its first epoch. */
  #image: Image | null = null;

  private constructor(options: StandbyOptions) {
    this.#options = options;
    this.#events = new Events(options.log);
  }

  /** @throws ReplicationError if it cannot listen, or would listen to strangers. */
  static async open(options: StandbyOptions): Promise<Standby> {
    refuseStrangers('standby', options.address, options.secret);
    const standby = new Standby(options);
    standby.#door = await Door.open({
      what: 'standby',
      address: options.address,
      events: standby.#events,
      visit: (visitor) => receive(visitor, standby.#reception),
      ...(options.limits && { limits: options.limits }),
    });
    return standby;
  }

  get address(): Address {
    return this.#door?.address ?? this.#options.address;
  }

  close(): void {
    this.#door?.close();
  }

  get #reception() {
    return {
      secret: this.#options.secret,
      check: (hello: Hello) => this.#check(hello),
      enter: (hello: Hello, visitor: Visitor) => this.#enter(hello, visitor),
    };
  }

  #check(hello: Hello): void {
    if (hello.role === 'client') throw new ReplicationError('this is a standby: connect clients to the primary');
    if (hello.role === 'observer') return;
    if (this.#primary !== null) throw new ReplicationError(`a primary is connected already: ${this.#primary.name}`);
    if (hello.memoryBytes > this.#options.mostMemoryBytes) {
      throw new ReplicationError(
        `a guest of ${formatSize(hello.memoryBytes)}: this standby keeps at most ${formatSize(this.#options.mostMemoryBytes)} (--most-memory)`,
      );
    }
    if (hello.stateBytes > mostStateBytes) throw new ReplicationError(`${hello.stateBytes} bytes of vCPU state`);
  }

  /** For an observer: the digest of what is held, unless that would hold up the primary for long. */
  #digest(): Digest | null {
    const image = this.#image;
    if (image !== null && this.#primary !== null && image.memory.writtenCount > mostPagesAside) {
      throw new ReplicationError('a digest would hold up the primary: ask that, and it asks here between two epochs');
    }
    return image?.digest() ?? null;
  }

  #enter(hello: Hello, visitor: Visitor): FrameReceiver {
    if (hello.role !== 'primary') return new Observed(visitor, () => this.#digest());
    this.#primary = visitor;
    this.#events.say(
      `standby: primary ${visitor.name} connected: ${hello.guest} guest, ${formatSize(hello.memoryBytes)}`,
    );
    const image = new Image(hello.memoryBytes, hello.stateBytes);
    visitor.socket.on('close', () => {
      this.#primary = null;
      const held = this.#image === null ? 'no whole epoch' : `epoch ${this.#image.epoch}`;
      this.#events.say(`standby: primary ${visitor.name} is gone; held: ${held}`);
    });
    return new Kept(visitor, image, () => {
      if (this.#image === image) return;
      this.#image = image;
      this.#events.say(`standby: in step with ${visitor.name} from epoch ${image.epoch}`);
    });
  }
}

/** Answers questions for a digest. */
class Observed implements FrameReceiver {
  readonly #visitor: Visitor;
  readonly #digest: () => Digest | null;

  constructor(visitor: Visitor, digest: () => Digest | null) {
    this.#visitor = visitor;
    this.#digest = digest;
  }

  expects(type: FrameType): boolean {
    return type === 'digest-request';
  }

  frame(): void {
    this.#visitor.socket.write(jsonFrame('digest', { primary: null, standby: this.#digest() }));
  }
}

/**
 * A primary's connection. An epoch is acknowledged when all of it has arrived, its checksums hold, and its place in the
 * image is ready; it is applied after the acknowledgement has left, while that is on its way, and before anything else
 * happens here: whoever asks later, the next epoch too, finds it applied. The acknowledgement can go first because
 * nothing can come between but the end of this process, and with that the image would be lost also if it was applied.
 */
class Kept implements FrameReceiver {
  readonly #visitor: Visitor;
  readonly #image: Image;
  readonly #applied: () => void;

  constructor(visitor: Visitor, image: Image, applied: () => void) {
    this.#visitor = visitor;
    this.#image = image;
    this.#applied = applied;
  }

  expects(type: FrameType): boolean {
    return type === 'epoch' || type === 'fill' || type === 'digest-request';
  }

  frame(type: FrameType, body: Buffer): void {
    if (type === 'epoch') this.#epoch(body);
    else if (type === 'fill') this.#image.fill(body);
    else this.#visitor.socket.write(jsonFrame('digest', { primary: null, standby: this.#image.digest() }));
  }

  #epoch(body: Buffer): void {
    const arrivedNs = now();
    if (!this.#image.stage(body)) return;
    const { socket } = this.#visitor;
    const epoch = Number(body.readBigUInt64LE(0));
    const frame = Buffer.allocUnsafe(headerBytes + ackBytes);
    writeAck(frame, headerBytes, { epoch, arrivedNs, leftNs: now() });
    sealFrame(frame, 'ack');
    socket.write(frame);
    this.#image.apply();
    this.#applied();
  }
}
