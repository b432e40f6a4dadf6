import { service } from '../guest/service.js';
import { type LogEntry, readLogEntry } from '../wire/log.js';
import { WireError } from '../wire/wire.js';

/** Most requests, and bytes of them, that are kept: more than two intervals between checkpoints can bring. */
const mostEntries = 262_144;
const mostBytes = 128 * 2 ** 20;

/** The requests that a standby holds since the last checkpoint, in the order in which the primary's guest runs them. */
export class RequestLog {
  #entries: LogEntry[] = [];
  #bytes = 0;
  #last = 0;

  /** Oldest first. */
  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /**
   * Takes the body of a `log` frame; returns the entry.
   * @throws WireError if it is not the next request, or one that no guest takes, or there are too many.
   */
  append(body: Buffer): LogEntry {
    const entry = readLogEntry(body);
    if (entry.transaction !== this.#last + 1) {
      throw new WireError(`request ${entry.transaction} in the log after ${this.#last}`);
    }
    if (entry.responseBytes < 1 || entry.responseBytes > service.mostBytes) {
      throw new WireError(`a request in the log for a response of ${entry.responseBytes} bytes`);
    }
    if (this.#entries.length === mostEntries || this.#bytes + body.length > mostBytes) {
      throw new WireError(`a log of ${this.#entries.length} requests without a checkpoint`);
    }
    const kept = { ...entry, request: Buffer.from(entry.request) };
    this.#entries.push(kept);
    this.#bytes += kept.request.length;
    this.#last = kept.transaction;
    return kept;
  }

  /** There is a checkpoint after so many transactions: what came before it is needless. */
  dropUntil(transaction: number): void {
    this.#last = Math.max(this.#last, transaction);
    const kept = this.#entries.findIndex((entry) => entry.transaction > transaction);
    this.#entries = kept === -1 ? [] : this.#entries.slice(kept);
    this.#bytes = this.#entries.reduce((sum, { request }) => sum + request.length, 0);
  }
}
