import { setTimeout as sleep } from 'node:timers/promises';
import { collectGarbage } from '../../base/garbage.js';
import { pageBytes } from '../../base/size.js';
import { now } from '../clock.js';
import { GrantedLease } from '../lease.js';
import { SparsePages } from '../memory/pages.js';
import { DirectSocket } from '../wire/direct.js';
import type { FrameReceiver } from '../wire/frames.js';
import type { PrimaryHello } from '../wire/handshake.js';
import type { Peer } from '../wire/listener.js';
import { ackFrame } from '../wire/log.js';
import { type EpochPart, pageNumbers } from '../wire/part.js';
import { DirectReceiver } from '../wire/receiver.js';
import { emptyFrame, type FrameType, jsonFrame, WireError } from '../wire/wire.js';
import { Image } from './image.js';
import { LoggedGuest } from './logged.js';
import { DivergenceError } from './replay.js';
import type { ShadowGuest } from './shadow-guest.js';

/** What a primary's frames, and the end of its connection, mean for who serves its guest. */
export interface TakeoverEvents {
  /** The primary answers nobody without this standby from now on. */
  inStep(): void;
  /** The standby is not to take over: the primary ends because it was asked to, or the replica has diverged. */
  cancel(): void;
  /** The connection is over. */
  gone(): void;
  /** A guest is about to be moved here. */
  prepare(): void;
  /** All of a guest that moves here is here. @throws ReplicationError if it cannot run here. */
  arrived(): void;
  /** The source of a migration gives the guest away. @throws ReplicationError if it cannot run here. */
  handOver(): void;
}

/** How a standby treats its primary. */
export interface ReplicaSessionOptions {
  /** For how long the primary may answer once it is acknowledged, in milliseconds; 0: as long as it likes. */
  readonly leaseMs: number;
  /** Of so many intervals between checkpoints one is replayed as it comes, and compared; 0: none. */
  readonly checkEvery: number;
  /** How long a wait for the primary may look for its next message without sleeping, in microseconds; 0: never. */
  readonly pollUs: number;
}

const heartbeat = emptyFrame('heartbeat');
/** Much less than a source waits for an acknowledgement (primary/outgoing-migration.ts). */
const longestCatchUpMs = 10_000;
/** Of what came in so many bytes V8 is about to collect what was left over, for some milliseconds. */
const mostGarbageBytes = 16 * 2 ** 20;
const accepted = new Set<FrameType>([
  'epoch',
  'bulk',
  'log',
  'heartbeat',
  'digest-request',
  'in-step',
  'shutdown',
  'prepare',
  'hand-over',
]);

/**
 * A primary's connection. An epoch is acknowledged when all of it has arrived, its checksums hold, and its place in the
 * image is ready; it is applied after the acknowledgement has left, while that is on its way, and before anything else
 * happens here: whoever asks later, the next epoch too, finds it applied. The acknowledgement can go first because
 * nothing can come between but the end of this process, and with that the image would be lost also if it was applied.
 */
export class ReplicaSession implements FrameReceiver {
  readonly peer: Peer;
  readonly hello: PrimaryHello;
  readonly image: Image;
  readonly logged: LoggedGuest;
  readonly lease: GrantedLease;
  readonly #shadow: ShadowGuest | null;
  readonly #direct: DirectSocket | null;
  readonly #receiver: DirectReceiver | null;
  #inStepNow = false;
  #diverged = false;
  #prepared = false;
  #released = false;
  #handedOver = false;
  /** Bytes of pages ahead of the first epoch since garbage was collected. */
  #bulkBytes = 0;
  /** An epoch has been applied. */
  applied: () => void = () => {};
  /** How its guest comes to run here; null: never. */
  takeover: TakeoverEvents | null = null;

  /**
   * With a shadow guest, which `release` gives back, the image is in that one's memory. The image of a guest that moves
   * is apart, so that what came can still be compared with what was sent while the guest runs here.
   */
  constructor(
    peer: Peer,
    hello: PrimaryHello,
    shadow: ShadowGuest | null,
    { leaseMs, checkEvery, pollUs }: ReplicaSessionOptions,
  ) {
    const own = hello.purpose === 'replication' ? shadow?.guest.memory : undefined;
    const memory = own ?? new SparsePages(Math.ceil(hello.memoryBytes / pageBytes));
    this.peer = peer;
    this.hello = hello;
    this.image = new Image(memory, hello.stateBytes);
    this.logged = new LoggedGuest(this.image, shadow, checkEvery);
    this.#shadow = shadow;
    this.lease = new GrantedLease(leaseMs);
    // Any received byte renews the lease, so a slow link is not taken for a dead primary.
    peer.socket.on('data', () => this.lease.received(now()));
    this.#direct = DirectSocket.on(peer.socket, (bytes) => peer.socket.emit('data', bytes), pollUs);
    this.#receiver = this.#direct && new DirectReceiver(this.#direct, () => !this.#released);
  }

  /** Nobody needs the image any more. */
  release(): void {
    this.#released = true;
    this.#shadow?.close();
  }

  /** A replay of it has done something else: nobody may go on with it. */
  get diverged(): boolean {
    return this.#diverged;
  }

  expects(type: FrameType): boolean {
    if ((type === 'log' && !this.#inStepNow) || (type === 'prepare' && this.#prepared)) return false;
    return this.#handedOver ? type === 'digest-request' : accepted.has(type);
  }

  frame(type: FrameType, body: Buffer): void {
    const arrivedNs = now();
    if (type === 'epoch') this.#cancelIfDiverged(() => this.#epoch(body, arrivedNs));
    else if (type === 'log') this.#cancelIfDiverged(() => this.#log(body, arrivedNs));
    else if (type === 'heartbeat') this.#answerHeartbeat();
    else if (type === 'bulk') this.#bulk(body);
    else if (type === 'digest-request') this.#digest();
    else if (type === 'in-step') this.#inStep();
    else if (type === 'shutdown') this.takeover?.cancel();
    else if (type === 'prepare') this.#prepare();
    else this.#handOver();
  }

  /** Where a guest moves here, its source asks so before it lets the guest rest: what would take time then is done before the answer. */
  async #answerHeartbeat(): Promise<void> {
    if (this.hello.purpose === 'migration' && this.#shadow !== null) {
      await Promise.race([this.#shadow.caughtUp(), sleep(longestCatchUpMs, undefined, { ref: false })]);
      if (this.#bulkBytes > mostGarbageBytes) {
        this.#bulkBytes = 0;
        collectGarbage();
      }
    }
    this.peer.socket.write(heartbeat);
  }

  #prepare(): void {
    if (this.hello.purpose !== 'migration')
      throw new WireError("a frame 'prepare' from a primary that keeps its guest");
    this.#prepared = true;
    this.takeover?.prepare();
  }

  /** Heartbeats are answered meanwhile; a primary that asks sends no epoch before it has its answer. */
  async #digest(): Promise<void> {
    const standby = await this.image.digestInTurns(() => !this.#released);
    this.peer.socket.write(jsonFrame('digest', { primary: null, standby }));
  }

  #epoch(body: Buffer, arrivedNs: number): void {
    const isLast = this.image.stage(body);
    if (this.#inStepNow) this.logged.staged(isLast);
    if (!isLast) return;
    const epoch = Number(body.readBigUInt64LE(0));
    this.#send(ackFrame('ack', { epoch, arrivedNs, leftNs: now() }));
    this.#load(this.image.apply());
    if (this.#inStepNow) this.logged.applied();
    this.applied();
    if (this.hello.purpose === 'migration') this.takeover?.arrived();
    this.#receiver?.expect();
  }

  #log(body: Buffer, arrivedNs: number): void {
    const entry = this.logged.append(body);
    this.#send(ackFrame('log-ack', { epoch: entry.transaction, arrivedNs, leftNs: now() }));
    this.logged.follow(entry);
    this.#receiver?.expect();
  }

  /** What has diverged is never served: the primary is told, and has no standby any more. */
  #cancelIfDiverged(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (error instanceof DivergenceError) {
        this.#diverged = true;
        this.takeover?.cancel();
      }
      throw error;
    }
  }

  #send(frame: Buffer): void {
    if (this.#direct === null) this.peer.socket.write(frame);
    else this.#direct.send(frame);
  }

  /**
   * The guest's position follows what has come; where the image is not in the guest's own memory, that is put together
   * beside it.
   */
  #load(parts: readonly EpochPart[]): void {
    if (this.#shadow === null) return;
    this.#shadow.follow(this.image);
    if (this.#shadow.guest.memory === this.image.memory) return;
    for (const part of parts) {
      for (const page of pageNumbers(part)) this.image.memory.read(page, this.#shadow.guest.memory.at(page), 0);
    }
  }

  #bulk(body: Buffer): void {
    this.#bulkBytes += body.length;
    this.#load([this.image.bulk(body)]);
  }

  #inStep(): void {
    if (this.hello.purpose !== 'replication') throw new WireError("a frame 'in-step' from a guest that moves");
    if (this.image.epoch === 0) throw new WireError("a frame 'in-step' before the first whole epoch");
    this.#inStepNow = true;
    this.logged.begin();
    this.takeover?.inStep();
  }

  #handOver(): void {
    if (this.hello.purpose !== 'migration')
      throw new WireError("a frame 'hand-over' from a primary that keeps its guest");
    if (this.image.epoch === 0) throw new WireError("a frame 'hand-over' before the first whole epoch");
    this.takeover?.handOver();
    this.#handedOver = true;
  }
}
