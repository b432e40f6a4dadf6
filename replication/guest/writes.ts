import { pageBytes } from '../../base/size.js';
import { isTrace, openWorkload } from '../../workloads/registry.js';
import { ReplicationError } from '../error.js';
import { service } from './service.js';

/** What a guest's transactions change, whatever its memory. */
export interface ServiceSettings {
  /**
   * Distinct pages that a transaction changes, with the one that has the count, the table and the response. A recording says itself how many:
   * of one this is only checked against the memory.
   */
  readonly pagesPerTransaction: number;
  /** A workload's name, or `trace:` and the name or path of a recording. */
  readonly workload: string;
  readonly seed: number;
}

/** The same, with the memory that the pages lie in. */
export interface WritesSettings extends ServiceSettings {
  readonly memoryBytes: number;
}

/** Which data pages each transaction writes: a workload, moved past the pages that the service itself uses. */
export class Writes {
  /** The current transaction's data pages, `count` of them; a page may come twice. */
  readonly pages: Uint32Array;
  count = 0;
  #transaction = 0;
  readonly #next: ((into: Uint32Array) => number) | null;

  /** @throws ReplicationError or WorkloadError if there is no such workload or it does not fit the memory. */
  constructor({ memoryBytes, pagesPerTransaction, workload, seed }: WritesSettings) {
    const room = Math.floor(memoryBytes / pageBytes) - service.reservedPages;
    if (pagesPerTransaction < 1 || pagesPerTransaction > room) {
      throw new ReplicationError(`${pagesPerTransaction} pages per transaction: this guest can change 1 to ${room}`);
    }
    const traced = isTrace(workload);
    if (!traced && pagesPerTransaction === 1) {
      this.pages = new Uint32Array(0);
      this.#next = null;
      return;
    }
    const pagesPerEpoch = traced ? null : pagesPerTransaction - 1;
    const opened = openWorkload(workload, { pages: room, pagesPerEpoch, seed });
    this.pages = new Uint32Array(opened.mostWrites);
    this.#next = (into) => opened.next(into);
  }

  /** The number of the current transaction, from 1; 0 before the first. */
  get transaction(): number {
    return this.#transaction;
  }

  /** Goes on to the next transaction. */
  advance(): void {
    this.#transaction++;
    if (this.#next === null) return;
    const { pages } = this;
    const count = this.#next(pages);
    for (let i = 0; i < count; i++) pages[i] = (pages[i] as number) + service.reservedPages;
    this.count = count;
  }

  /** Goes on to that transaction, if it is not there yet. A workload's draws depend on those before, so it makes them all. */
  advanceTo(transaction: number): void {
    while (this.#transaction < transaction) this.advance();
  }
}
