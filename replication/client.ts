import type { Histogram } from 'hdr-histogram-js';
import { now } from './clock.js';
import type { Connection } from './connection.js';
import { ReplicationError } from './error.js';
import { requestHeaderBytes, responseHeaderBytes } from './service.js';

/** What clients count together. */
export interface Tally {
  /** Nanoseconds from when each request was due to when its response was whole. */
  readonly latency: Histogram;
  transactions: number;
  /** Something went wrong on a connection: it is over. */
  failed(why: string): void;
}

/**
 * One client of the guest's service. Requests may be sent ahead; responses come in their order. What the guest says is
 * checked as far as the sizes allow: it answers this request, and its running count grows.
 */
export class Client {
  /** A response has come. */
  answered: () => void = () => {};
  readonly #connection: Connection;
  readonly #key: bigint;
  readonly #requestBytes: number;
  readonly #response: Buffer;
  #filled = 0;
  readonly #due: number[] = [];
  #tally: Tally;
  #sequence = 0n;
  #answeredSequence = 0n;
  #count = 0n;

  constructor(connection: Connection, key: number, requestBytes: number, responseBytes: number, tally: Tally) {
    this.#connection = connection;
    this.#key = BigInt(key);
    this.#requestBytes = requestBytes;
    this.#response = Buffer.alloc(responseBytes);
    this.#tally = tally;
    connection.receive = (bytes) => this.#receive(bytes);
    connection.closed = (why) => tally.failed(why ?? 'the server closed the connection');
  }

  /** Requests sent and not answered. */
  get outstanding(): number {
    return this.#due.length;
  }

  /** From now on count there. */
  countIn(tally: Tally): void {
    this.#tally = tally;
    this.#connection.closed = (why) => tally.failed(why ?? 'the server closed the connection');
  }

  /** Sends a request that was due at that time. */
  request(dueNs: number): void {
    const request = Buffer.allocUnsafe(Math.max(requestHeaderBytes, this.#requestBytes)).fill(0, requestHeaderBytes);
    request.writeBigUInt64LE(this.#key, 0);
    request.writeBigUInt64LE(++this.#sequence, 8);
    this.#due.push(dueNs);
    this.#connection.socket.write(request.subarray(0, this.#requestBytes));
  }

  close(): void {
    this.#connection.closed = () => {};
    this.#connection.socket.destroy();
  }

  #receive(bytes: Buffer): void {
    let offset = 0;
    while (offset < bytes.length) {
      const taken = bytes.copy(this.#response, this.#filled, offset);
      offset += taken;
      this.#filled += taken;
      if (this.#filled < this.#response.length) return;
      this.#filled = 0;
      this.#takeResponse();
    }
  }

  #takeResponse(): void {
    const dueNs = this.#due.shift();
    if (dueNs === undefined) throw new ReplicationError('a response that was not asked for');
    this.#tally.latency.recordValue(Math.round(now() - dueNs));
    this.#tally.transactions++;
    this.#answeredSequence++;
    if (this.#requestBytes >= requestHeaderBytes && this.#response.length >= responseHeaderBytes) this.#check();
    this.answered();
  }

  #check(): void {
    const count = this.#response.readBigUInt64LE(0);
    const sequence = this.#response.readBigUInt64LE(16);
    if (sequence !== this.#answeredSequence) {
      throw new ReplicationError(`the guest answered request ${sequence} where ${this.#answeredSequence} was due`);
    }
    if (count <= this.#count) throw new ReplicationError(`the guest counts ${count} after ${this.#count}`);
    this.#count = count;
  }
}
