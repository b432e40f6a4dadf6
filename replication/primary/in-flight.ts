import { ReplicationError } from '../error.js';
import type { Transaction } from './transaction.js';

/** An epoch on its way to the standby, or a request, and the transactions that wait for it, in the order the guest did them. */
export interface Sent {
  /** Number of the epoch, or of the request's transaction. */
  readonly number: number;
  readonly transactions: readonly Transaction[];
  /** An epoch's frames, as sent: they stay as they are until it is acknowledged. Null for a request. */
  readonly frames: Buffer | null;
}

/** What is sent and not acknowledged, oldest first. */
export class InFlightEpochs {
  readonly #sent: Sent[] = [];
  #bytes = 0;

  get count(): number {
    return this.#sent.length;
  }

  /** Bytes of all their frames. */
  get bytes(): number {
    return this.#bytes;
  }

  add(sent: Sent): void {
    this.#sent.push(sent);
    this.#bytes += sent.frames?.length ?? 0;
  }

  /** Takes out the oldest, which is the one due. @throws ReplicationError if that is not the one acknowledged. */
  acknowledge(number: number): Sent {
    const [sent] = this.#sent;
    if (sent?.number !== number) throw new ReplicationError(`it acknowledged number ${number}, which was not due`);
    this.#sent.shift();
    this.#bytes -= sent.frames?.length ?? 0;
    return sent;
  }

  /** Takes out all; returns their transactions in order. */
  abandon(): Transaction[] {
    this.#bytes = 0;
    return this.#sent.splice(0).flatMap(({ transactions }) => transactions);
  }
}
