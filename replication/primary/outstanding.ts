import { ReplicationError } from '../error.js';
import type { Session } from './session.js';
import type { Times } from './split.js';

/** A request that the guest has served, and its response, which has not gone out yet. */
export interface Transaction {
  readonly session: Session;
  readonly response: Buffer;
  readonly times: Times;
}

/** An epoch on its way to the standby, and the transactions that are in it, in the order the guest did them. */
export interface SentEpoch {
  readonly epoch: number;
  readonly transactions: readonly Transaction[];
  /** The frames, as sent: they stay as they are until the epoch is acknowledged. */
  readonly frames: Buffer;
}

/** The epochs that are sent and not acknowledged, oldest first. */
export class Outstanding {
  readonly #epochs: SentEpoch[] = [];
  #bytes = 0;

  get count(): number {
    return this.#epochs.length;
  }

  /** Bytes of all their frames. */
  get bytes(): number {
    return this.#bytes;
  }

  add(sent: SentEpoch): void {
    this.#epochs.push(sent);
    this.#bytes += sent.frames.length;
  }

  /** Takes out the oldest, which is the one due. @throws ReplicationError if that is not the one acknowledged. */
  acknowledge(epoch: number): SentEpoch {
    const [sent] = this.#epochs;
    if (sent?.epoch !== epoch) throw new ReplicationError(`it acknowledged epoch ${epoch}, which was not due`);
    this.#epochs.shift();
    this.#bytes -= sent.frames.length;
    return sent;
  }

  /** Takes out all; returns their transactions in order. */
  abandon(): Transaction[] {
    this.#bytes = 0;
    return this.#epochs.splice(0).flatMap(({ transactions }) => transactions);
  }
}
