import { formatSize } from '../../results/size.js';
import { type Address, formatAddress } from '../address.js';
import { ReplicationError, SupersededError } from '../error.js';
import { Events, type Log } from '../events.js';
import type { Digest } from '../memory/digest.js';
import { receive } from '../wire/connection-handler.js';
import type { FrameReceiver } from '../wire/frames.js';
import { type Hello, noLease, type PrimaryHello, type Terms } from '../wire/handshake.js';
import { Door, type DoorLimits, type Visitor } from '../wire/listener.js';
import { refuseStrangers } from '../wire/secret.js';
import { type FrameType, jsonFrame, mostStateBytes } from '../wire/wire.js';
import { Reserve, type ReserveOptions } from './failover-endpoint.js';
import { Kept } from './replica-session.js';
import { Successor } from './shadow-guest.js';
import { Takeover } from './takeover.js';

export interface StandbyOptions {
  readonly address: Address;
  /** The shared secret; empty for none, which only a loopback address allows. */
  readonly secret: string;
  /** Largest guest that is kept, in bytes of memory. */
  readonly mostMemoryBytes: number;
  /** How it serves when the primary is gone; null: it only keeps. */
  readonly reserve: ReserveOptions | null;
  /** How long a wait for the primary may look for its next message without sleeping, in microseconds; absent: never. */
  readonly pollUs?: number;
  readonly log: Log;
  readonly limits?: Partial<DoorLimits>;
}

/** What a standby is at. `begun`: it runs the guest itself, or is about to, from that epoch on. */
type Role =
  | { readonly kind: 'free' }
  | { readonly kind: 'keeping'; readonly kept: Kept }
  | { readonly kind: 'begun'; readonly epoch: number };

/** Most written pages of an image whose digest is computed while a primary waits for acknowledgements: 256 MiB. */
const mostPagesAside = 65_536;

/** Keeps the image of a primary's guest, epoch by epoch, and serves in its place when that is gone, if it is to. */
export class Standby {
  readonly #options: StandbyOptions;
  readonly #events: Events;
  #door: Door | null = null;
  #reserve: Reserve | null = null;
  #role: Role = { kind: 'free' };
  #takeover: Takeover | null = null;
  /** Who has the last whole image; a new primary's takes its place with its first epoch. */
  #held: Kept | null = null;

  private constructor(options: StandbyOptions) {
    this.#options = options;
    this.#events = new Events(options.log);
  }

  /** @throws ReplicationError if it cannot listen, or would listen to strangers. */
  static async open(options: StandbyOptions): Promise<Standby> {
    const { address, secret, reserve, log, limits } = options;
    refuseStrangers('standby', address, secret);
    const standby = new Standby(options);
    try {
      if (reserve !== null) standby.#reserve = await Reserve.open(reserve, secret, log);
      standby.#door = await Door.open({
        what: 'standby',
        address,
        events: standby.#events,
        visit: (visitor) => receive(visitor, standby.#reception),
        ...(limits && { limits }),
      });
      return standby;
    } catch (error) {
      standby.close();
      throw error;
    }
  }

  get address(): Address {
    return this.#door?.address ?? this.#options.address;
  }

  /** Where it serves, or will; null: it only keeps. */
  get servingAddress(): Address | null {
    return this.#reserve?.address ?? null;
  }

  close(): void {
    this.#takeover?.close();
    this.#reserve?.close();
    this.#door?.close();
  }

  get #reception() {
    return {
      secret: this.#options.secret,
      check: (hello: Hello, visitor: Visitor) => this.#check(hello, visitor),
      enter: (_: Hello, visitor: Visitor) => this.#enter(visitor),
    };
  }

  #check(hello: Hello, visitor: Visitor): Terms {
    if (hello.role === 'client') throw new ReplicationError('this is a standby: connect clients to the primary');
    if (this.#role.kind === 'begun') throw this.#superseded(this.#role.epoch);
    if (hello.role === 'observer') return noLease;
    if (this.#role.kind === 'keeping') {
      throw new ReplicationError(
        `a primary is connected already: ${this.#role.kept.visitor.name}; end that one, or start another standby`,
      );
    }
    if (hello.memoryBytes > this.#options.mostMemoryBytes) {
      throw new ReplicationError(
        `a guest of ${formatSize(hello.memoryBytes)}: this standby keeps at most ${formatSize(this.#options.mostMemoryBytes)} (--max-memory)`,
      );
    }
    if (hello.stateBytes > mostStateBytes) throw new ReplicationError(`${hello.stateBytes} bytes of vCPU state`);
    return this.#keep(hello, visitor);
  }

  /** From here on the visitor is the primary, until its connection is over. */
  #keep(hello: PrimaryHello, visitor: Visitor): Terms {
    const reserve = this.#reserve;
    if (reserve === null && hello.purpose === 'migration') {
      throw new ReplicationError('this standby runs no guest: start it with --serve-port for a guest to move there');
    }
    // A guest that could not be run here is refused now, and not found out when the primary is gone.
    const successor = reserve === null ? null : Successor.open(reserve.options.mode, hello);
    const { leaseMs = 0, checkEvery = 0 } = reserve?.options ?? {};
    const kept = new Kept(visitor, hello, successor, { leaseMs, checkEvery, pollUs: this.#options.pollUs ?? 0 });
    const begun = () => {
      this.#role = { kind: 'begun', epoch: kept.image.epoch };
    };
    const takeover =
      reserve === null || successor === null
        ? null
        : new Takeover({ kept, successor, reserve, events: this.#events, begun, served: () => this.#forget() });
    kept.applied = () => this.#hold(kept);
    kept.takeover = takeover;
    this.#role = { kind: 'keeping', kept };
    this.#takeover = takeover;
    visitor.socket.on('close', () => this.#gone(kept));
    return reserve === null || hello.purpose === 'migration' ? noLease : { leaseMs: reserve.options.leaseMs };
  }

  #forget(): void {
    this.#held = null;
    this.#takeover = null;
  }

  #hold(kept: Kept): void {
    if (this.#held === kept) return;
    this.#held?.release();
    this.#held = kept;
    this.#events.say(`standby: in step with ${kept.visitor.name} from epoch ${kept.image.epoch}`);
  }

  #gone(kept: Kept): void {
    if (this.#role.kind === 'begun') return;
    this.#role = { kind: 'free' };
    const held = this.#held === null ? 'no whole epoch' : `epoch ${this.#held.image.epoch}`;
    this.#events.say(`standby: primary ${kept.visitor.name} is gone; held: ${held}`);
    if (kept.diverged && this.#held === kept) this.#held = null;
    if (this.#held !== kept) kept.release();
    kept.takeover?.gone();
  }

  #enter(visitor: Visitor): FrameReceiver {
    if (this.#role.kind !== 'keeping' || this.#role.kept.visitor !== visitor) {
      return new Observed(visitor, () => this.#digest());
    }
    const { kept } = this.#role;
    const { guest, memoryBytes } = kept.hello;
    this.#events.say(`standby: primary ${visitor.name} connected: ${guest} guest, ${formatSize(memoryBytes)}`);
    return kept;
  }

  #superseded(epoch: number): SupersededError {
    const where = this.servingAddress === null ? '' : ` on ${formatAddress(this.servingAddress)}`;
    return new SupersededError(`it serves itself since epoch ${epoch}${where}`);
  }

  /** For an observer: the digest of what is held, unless that would hold up the primary for long. */
  #digest(): Digest | null {
    const image = this.#held?.image ?? null;
    if (this.#held?.logged.ahead) {
      throw new ReplicationError('a replay is being checked: ask the primary, and it asks here at a checkpoint');
    }
    if (image !== null && this.#role.kind === 'keeping' && image.memory.writtenCount > mostPagesAside) {
      throw new ReplicationError('a digest would hold up the primary: ask that, and it asks here between two epochs');
    }
    return image?.digest() ?? null;
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
