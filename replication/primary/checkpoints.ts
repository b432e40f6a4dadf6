import { now } from '../clock.js';
import { ReplicationError } from '../error.js';
import type { ReplicatedGuest } from '../guest/guest.js';
import type { Link } from '../transfer/link.js';
import type { EpochWriter } from '../wire/epoch.js';
import { logFrame, responseCrc } from '../wire/log.js';
import { mostPagesPerFrame, mostPartsPerEpoch } from '../wire/wire.js';

/** How often a guest that is replayed has a checkpoint: by time, or by transactions. */
export type CheckpointInterval =
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'transactions'; readonly count: number };

/**
 * Without being asked otherwise. Pages written so short a time ago are still in the cache when they are copied, and the
 * guest does not stand still for long at a time.
 */
export const usualInterval: CheckpointInterval = { kind: 'time', ms: 20 };

/** A checkpoint that takes longer than this share of a time between two comes less often: where detection is slow. */
const mostShare = 0.05;

/** Beyond so many bytes of requests a checkpoint is due, whatever the interval. */
const mostLogBytes = 16 * 2 ** 20;
/** Pages of a checkpoint are sent in pieces of so many, so that a request need not wait long behind them. */
const pagesPerPart = 32;
const mostPages = mostPagesPerFrame * mostPartsPerEpoch;

/** What checkpoints are made of, and when. */
export interface CheckpointsOptions {
  readonly guest: ReplicatedGuest;
  readonly link: Link;
  readonly writer: EpochWriter;
  readonly interval: CheckpointInterval;
  /** The number of the next epoch. */
  readonly nextEpoch: () => number;
  /** A checkpoint is on its way: its pages, and the bytes of its frames. */
  readonly taken: (pages: number, bytes: number) => void;
}

/** A request that is to be logged. */
export interface Logged {
  readonly request: Buffer;
  readonly responseBytes: number;
}

/** A checkpoint on its way. */
interface Sending {
  readonly epoch: number;
  readonly frames: Buffer;
  readonly parts: Buffer[];
}

/**
 * A guest whose standby keeps a log of its requests: each is sent before the guest runs it. Now and then the pages written
 * meanwhile and the vCPU's state follow as an epoch, a checkpoint, which makes the log before it needless. The pages are
 * copied at once, with the guest at its I/O; they are sent piece by piece while it runs on.
 */
export class Checkpoints {
  readonly #options: CheckpointsOptions;
  readonly #dirty: Uint32Array;
  readonly #mostTransactions: number;
  #previousCrc = 0;
  /** The transaction that was acknowledged last, from when the standby joined. */
  #logged: number;
  #transactions = 0;
  #logBytes = 0;
  #sinceNs = now();
  /** What the guest stood still for the last one, in nanoseconds. */
  #tookNs = 0;
  #sending: Sending | null = null;

  constructor(options: CheckpointsOptions) {
    const { guest } = options;
    this.#options = options;
    this.#logged = guest.transactions;
    this.#dirty = new Uint32Array(Math.max(mostPages, guest.mostDirty));
    this.#mostTransactions = Math.max(1, Math.floor(mostPages / guest.mostDirty));
  }

  /** Whether a checkpoint is on its way, and not acknowledged. */
  get underWay(): boolean {
    return this.#sending !== null;
  }

  /** No further transaction may begin: the next checkpoint would be too large, and the last is still on its way. */
  get full(): boolean {
    return this.underWay && this.#mustFollow;
  }

  /** The next one can hold no more, and none is on its way: it is to be taken before anything else begins. */
  get overdue(): boolean {
    return !this.underWay && this.#mustFollow;
  }

  /** Nothing has been done since the last one. */
  get current(): boolean {
    return this.#transactions === 0;
  }

  /** How many transactions the next one still has room for. */
  get room(): number {
    return Math.max(0, this.#mostTransactions - this.#transactions);
  }

  /** Logs requests that the guest runs next, in this order; returns the bytes of their frames. */
  log(requests: readonly Logged[]): number {
    const { guest, link } = this.#options;
    const frames = requests.map(({ request, responseBytes }, index) => {
      // What those before it in the same message are answered is not known yet.
      const previousCrc = index === 0 ? this.#previousCrc : 0;
      return logFrame({ transaction: guest.transactions + 1 + index, responseBytes, previousCrc, request });
    });
    const message = frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames);
    link.log(message, frames.length);
    this.#transactions += frames.length;
    this.#logBytes += message.length;
    return message.length;
  }

  /** A request is in the standby's log. @throws ReplicationError if that is not the one due. */
  logged(transaction: number): void {
    if (transaction !== this.#logged + 1) {
      throw new ReplicationError(`it acknowledged request ${transaction}, which was not due`);
    }
    this.#logged = transaction;
  }

  /** The guest has answered a request. */
  answered(response: Buffer): void {
    this.#previousCrc = responseCrc(response);
  }

  /** Takes a checkpoint if one is due; the guest stands at its I/O. */
  takeIfDue(): void {
    if (!this.underWay && !this.current && (this.#mustFollow || this.#intervalOver)) this.take();
  }

  /** Takes a checkpoint now; none may be on its way. */
  take(): void {
    const { guest, writer, nextEpoch, taken } = this.#options;
    const begunNs = now();
    const count = guest.collect(this.#dirty);
    const epoch = nextEpoch();
    const parts = writer.parts(epoch, this.#dirty, count, Math.max(pagesPerPart, Math.ceil(count / mostPartsPerEpoch)));
    const frames = writer.whole(parts);
    this.#sending = { epoch, frames, parts };
    this.#transactions = 0;
    this.#logBytes = 0;
    this.#sinceNs = now();
    this.#tookNs = this.#sinceNs - begunNs;
    taken(count, frames.length);
    this.#sendNext(this.#sending);
  }

  /** The standby has a checkpoint; false: that is not the one on its way. */
  acknowledged(epoch: number): boolean {
    if (this.#sending?.epoch !== epoch) return false;
    this.#options.writer.reuse(this.#sending.frames);
    this.#sending = null;
    return true;
  }

  get #mustFollow(): boolean {
    return this.#transactions >= this.#mostTransactions || this.#logBytes >= mostLogBytes;
  }

  get #intervalOver(): boolean {
    const { interval } = this.#options;
    if (interval.kind === 'transactions') return this.#transactions >= interval.count;
    return now() - this.#sinceNs >= Math.max(interval.ms * 1e6, this.#tookNs / mostShare);
  }

  /** A piece in each turn of the event loop: requests that come go before the next. */
  #sendNext(sending: Sending): void {
    const { link } = this.#options;
    const part = sending.parts.shift();
    if (part === undefined || link.lost !== null) return;
    if (sending.parts.length === 0) {
      link.send(part);
      return;
    }
    link.sendPart(part);
    setImmediate(() => this.#sendNext(sending));
  }
}
