import { formatSize } from '../../base/size.js';
import { type Address, formatAddress } from '../address.js';
import { ReplicationError, SupersededError } from '../error.js';
import { Events, type Log } from '../events.js';
import type { Digest } from '../memory/digest.js';
import { handleConnection } from '../wire/connection-handler.js';
import type { FrameReceiver } from '../wire/frames.js';
import { type Hello, noLease, type PrimaryHello, type Terms } from '../wire/handshake.js';
import { Listener, type ListenerLimits, type Peer } from '../wire/listener.js';
import { requireSecret } from '../wire/secret.js';
import { type FrameType, jsonFrame, mostStateBytes } from '../wire/wire.js';
import { FailoverEndpoint, type FailoverOptions } from './failover-endpoint.js';
import { ReplicaSession } from './replica-session.js';
import { ShadowGuest } from './shadow-guest.js';
import { Takeover } from './takeover.js';

/** Where a standby listens, what it keeps, and whether it takes over. */
export interface StandbyOptions {
  readonly address: Address;
  /** The shared secret; empty for none, which only a loopback address allows. */
  readonly secret: string;
  /** Largest guest that is kept, in bytes of memory. */
  readonly mostMemoryBytes: number;
  /** How it serves when the primary is gone; null: it only keeps. */
  readonly failover: FailoverOptions | null;
  /** How long a wait for the primary may look for its next message without sleeping, in microseconds; absent: never. */
  readonly pollUs?: number;
  readonly log: Log;
  readonly limits?: Partial<ListenerLimits>;
}

/** What a standby is at. `begun`: it runs the guest itself, or is about to, from that epoch on. */
type Role =
  | { readonly kind: 'free' }
  | { readonly kind: 'keeping'; readonly replica: ReplicaSession }
  | { readonly kind: 'begun'; readonly epoch: number };

/** Most written pages of an image whose digest is computed while a primary waits for acknowledgements: 256 MiB. */
const mostPagesAside = 65_536;

/** Keeps the image of a primary's guest, epoch by epoch, and serves in its place when that is gone, if it is to. */
export class Standby {
  readonly #options: StandbyOptions;
  readonly #events: Events;
  #listener: Listener | null = null;
  #failover: FailoverEndpoint | null = null;
  #role: Role = { kind: 'free' };
  #takeover: Takeover | null = null;
  /** The replica with the last whole image; a new primary's takes its place with its first epoch. */
  #held: ReplicaSession | null = null;

  private constructor(options: StandbyOptions) {
    this.#options = options;
    this.#events = new Events(options.log);
  }

  /** @throws ReplicationError if it cannot listen, or has no secret beyond loopback. */
  static async open(options: StandbyOptions): Promise<Standby> {
    const { address, secret, failover, log, limits } = options;
    requireSecret('standby', address, secret);
    const standby = new Standby(options);
    try {
      if (failover !== null) standby.#failover = await FailoverEndpoint.open(failover, secret, log);
      standby.#listener = await Listener.open({
        what: 'standby',
        address,
        events: standby.#events,
        accept: (peer) => handleConnection(peer, standby.#handler),
        ...(limits && { limits }),
      });
      return standby;
    } catch (error) {
      standby.close();
      throw error;
    }
  }

  get address(): Address {
    return this.#listener?.address ?? this.#options.address;
  }

  /** Where it serves, or will; null: it only keeps. */
  get servingAddress(): Address | null {
    return this.#failover?.address ?? null;
  }

  close(): void {
    this.#takeover?.close();
    this.#failover?.close();
    this.#listener?.close();
  }

  get #handler() {
    return {
      secret: this.#options.secret,
      check: (hello: Hello, peer: Peer) => this.#check(hello, peer),
      enter: (_: Hello, peer: Peer) => this.#enter(peer),
    };
  }

  #check(hello: Hello, peer: Peer): Terms {
    if (hello.role === 'client') throw new ReplicationError('this is a standby: connect clients to the primary');
    if (this.#role.kind === 'begun') throw this.#superseded(this.#role.epoch);
    if (hello.role === 'observer') return noLease;
    if (this.#role.kind === 'keeping') {
      throw new ReplicationError(
        `a primary is connected already: ${this.#role.replica.peer.name}; end that one, or start another standby`,
      );
    }
    if (hello.memoryBytes > this.#options.mostMemoryBytes) {
      throw new ReplicationError(
        `a guest of ${formatSize(hello.memoryBytes)}: this standby keeps at most ${formatSize(this.#options.mostMemoryBytes)} (--max-memory)`,
      );
    }
    if (hello.stateBytes > mostStateBytes) throw new ReplicationError(`${hello.stateBytes} bytes of vCPU state`);
    return this.#keep(hello, peer);
  }

  /** From here on this peer is the primary, until its connection is over. */
  #keep(hello: PrimaryHello, peer: Peer): Terms {
    const failover = this.#failover;
    if (failover === null && hello.purpose === 'migration') {
      throw new ReplicationError('this standby runs no guest: start it with --serve-port for a guest to move there');
    }
    // A guest that could not be run here is refused now, and not found out when the primary is gone.
    const shadow = failover === null ? null : ShadowGuest.open(failover.options.mode, hello);
    const { leaseMs = 0, checkEvery = 0 } = failover?.options ?? {};
    const replica = new ReplicaSession(peer, hello, shadow, { leaseMs, checkEvery, pollUs: this.#options.pollUs ?? 0 });
    const begun = () => {
      this.#role = { kind: 'begun', epoch: replica.image.epoch };
    };
    const takeover =
      failover === null || shadow === null
        ? null
        : new Takeover({ replica, shadow, failover, events: this.#events, begun, served: () => this.#forget() });
    replica.applied = () => this.#hold(replica);
    replica.takeover = takeover;
    this.#role = { kind: 'keeping', replica };
    this.#takeover = takeover;
    peer.socket.on('close', () => this.#gone(replica));
    return failover === null || hello.purpose === 'migration' ? noLease : { leaseMs: failover.options.leaseMs };
  }

  #forget(): void {
    this.#held = null;
    this.#takeover = null;
  }

  #hold(replica: ReplicaSession): void {
    if (this.#held === replica) return;
    this.#held?.release();
    this.#held = replica;
    // Of a guest that moves here it is said once it serves: until then it stands still.
    if (replica.hello.purpose === 'migration') return;
    this.#events.say(`standby: in step with ${replica.peer.name} from epoch ${replica.image.epoch}`);
  }

  #gone(replica: ReplicaSession): void {
    if (this.#role.kind === 'begun') return;
    this.#role = { kind: 'free' };
    if (replica.diverged && this.#held === replica) this.#held = null;
    const held = this.#held === null ? 'no whole epoch' : `epoch ${this.#held.image.epoch}`;
    this.#events.say(`standby: primary ${replica.peer.name} is gone; held: ${held}`);
    if (this.#held !== replica) replica.release();
    replica.takeover?.gone();
  }

  #enter(peer: Peer): FrameReceiver {
    if (this.#role.kind !== 'keeping' || this.#role.replica.peer !== peer) {
      return new Observed(peer, () => this.#digest());
    }
    const { replica } = this.#role;
    const { guest, memoryBytes } = replica.hello;
    this.#events.say(`standby: primary ${peer.name} connected: ${guest} guest, ${formatSize(memoryBytes)}`);
    return replica;
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
  readonly #peer: Peer;
  readonly #digest: () => Digest | null;

  constructor(peer: Peer, digest: () => Digest | null) {
    this.#peer = peer;
    this.#digest = digest;
  }

  expects(type: FrameType): boolean {
    return type === 'digest-request';
  }

  frame(): void {
    this.#peer.socket.write(jsonFrame('digest', { primary: null, standby: this.#digest() }));
  }
}
