import { pageBytes } from '../../base/size.js';
import type { Guest } from '../../guests/guest.js';
import { openGuest } from '../../guests/registry.js';
import type { SoftwareTrackerKind } from '../../trackers/kind.js';
import { ReplicationError } from '../error.js';
import { ContiguousHeadPages } from '../memory/contiguous-head.js';
import type { ReplicatedGuest } from './guest.js';
import { ownPages, requestHeaderBytes, responseHeaderBytes, service, stampOffset, transactionsOf } from './service.js';
import { type ServiceSettings, Writes, type WritesSettings } from './writes.js';

const firstPages = ownPages(service.mostBytes);

/**
 * The service without a virtual machine: plain memory, written by this process, with a software tracker told of each
 * write. Its state is one number, the I/Os done. What it costs to run says nothing about a real guest.
 */
export class SimulatedService implements ReplicatedGuest {
  readonly kind = 'simulated';
  readonly memoryBytes: number;
  readonly settings: ServiceSettings;
  readonly memory: ContiguousHeadPages;
  readonly stateBytes = 8;
  readonly mostDirty: number;
  readonly #tracked: Guest;
  /** The start of memory, where the service keeps its own. */
  readonly #head: Buffer;
  readonly #writes: Writes;
  readonly #list: Uint32Array;
  readonly #request = Buffer.alloc(requestHeaderBytes);
  #responseBytes = 0;
  #ios = 0n;

  constructor(tracker: SoftwareTrackerKind, settings: WritesSettings & { readonly ringEntries: number | null }) {
    const pages = Math.ceil(settings.memoryBytes / pageBytes);
    this.memoryBytes = settings.memoryBytes;
    this.settings = settings;
    this.#writes = new Writes(settings);
    this.#list = new Uint32Array(this.#writes.pages.length + firstPages);
    this.mostDirty = this.#list.length;
    this.memory = new ContiguousHeadPages(pages, firstPages);
    this.#head = this.memory.head;
    this.#tracked = openGuest(tracker, { pages, ringEntries: settings.ringEntries });
  }

  get forcedExits(): number {
    return this.#tracked.forcedExits;
  }

  get transactions(): number {
    return this.#writes.transaction;
  }

  follow(transactions: number): void {
    this.#writes.advanceTo(transactions);
  }

  restore(state: Buffer): void {
    if (state.length !== this.stateBytes) {
      throw new ReplicationError(`the state of a simulated guest has ${this.stateBytes} bytes, not ${state.length}`);
    }
    this.#ios = state.readBigUInt64LE(0);
    this.follow(transactionsOf(this.#head));
  }

  accept(request: Buffer, responseBytes: number): void {
    this.#request.fill(0);
    request.copy(this.#request, 0, 0, requestHeaderBytes);
    this.#responseBytes = responseBytes;
    this.#writes.advance();
  }

  run(): void {
    const head = this.#head;
    const count = head.readBigUInt64LE(service.count) + 1n;
    head.writeBigUInt64LE(count, service.count);
    const key = this.#request.readBigUInt64LE(0);
    const sequence = this.#request.readBigUInt64LE(8);
    const slot = service.table + Number(key % BigInt(service.slots)) * 8;
    const previous = head.readBigUInt64LE(slot);
    head.writeBigUInt64LE(sequence, slot);
    this.#stamp(count);
    this.#writeResponse(count, previous, sequence);
    this.#ios++;
    this.#tracked.run(this.#list, this.#listWrites());
  }

  respond(into: Buffer): void {
    this.#head.copy(into, 0, service.response);
  }

  collect(into: Uint32Array): number {
    return this.#tracked.collect(into);
  }

  written(): Generator<number> {
    return this.memory.written();
  }

  read(page: number, target: Buffer, offset: number): void {
    this.memory.read(page, target, offset);
  }

  readState(target: Buffer, offset: number): void {
    target.writeBigUInt64LE(this.#ios, offset);
  }

  close(): void {
    this.#tracked.close();
  }

  #stamp(count: bigint): void {
    const { pages, count: writes } = this.#writes;
    const offset = stampOffset(Number(count));
    for (let i = 0; i < writes; i++) this.memory.at(pages[i] as number).writeBigUInt64LE(count, offset);
  }

  #writeResponse(count: bigint, previous: bigint, sequence: bigint): void {
    const head = this.#head;
    const end = service.response + Math.max(responseHeaderBytes, this.#responseBytes);
    head.writeBigUInt64LE(count, service.response);
    head.writeBigUInt64LE(previous, service.response + 8);
    head.writeBigUInt64LE(sequence, service.response + 16);
    for (let at = service.response + responseHeaderBytes; at < end; at += 8) head.writeBigUInt64LE(count, at);
  }

  /** Every page written in this transaction: the service's own, then the workload's. */
  #listWrites(): number {
    const own = ownPages(this.#responseBytes);
    for (let page = 0; page < own; page++) this.#list[page] = page;
    this.#list.set(this.#writes.pages.subarray(0, this.#writes.count), own);
    return own + this.#writes.count;
  }
}
