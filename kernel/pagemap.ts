import { pageBytes } from '../base/size.js';
import { Descriptor, openFlags } from './descriptor.js';
import { KernelError } from './error.js';
import { checked, libc } from './libc.js';
import { Mapping } from './memory.js';
import { pagemapEntry, scan, scanRegion, scanRequest } from './memory-abi.js';
import { type Closable, Scope } from './scope.js';

/** Most entries read with one call: what the kernel writes is still in the cache when it is looked at. */
export const entriesAtOnce = 16384;
/** Regions that one scan can return; where there are more, it is called again. */
const regionsAtOnce = 16384;

/** /proc/self/pagemap over one mapping: what the kernel says of each page, entry by entry. */
export class Pagemap implements Closable {
  /** Bytes of the buffer of entries. */
  static readonly bytes = entriesAtOnce * pagemapEntry.bytes;

  /** The high words of the entries are the odd ones. */
  readonly #words: Uint32Array;
  readonly #memory: Mapping;
  readonly #scope: Scope;
  readonly #descriptor: Descriptor;
  readonly #entries: Mapping;

  private constructor(scope: Scope, memory: Mapping) {
    this.#scope = scope;
    this.#memory = memory;
    this.#descriptor = scope.own(Descriptor.open('/proc/self/pagemap', openFlags.readOnly));
    this.#entries = scope.own(Mapping.anonymous(Pagemap.bytes));
    this.#words = new Uint32Array(this.#entries.window(0, this.#entries.bytes));
  }

  /** @throws KernelError if it cannot be opened. */
  static open(memory: Mapping): Pagemap {
    return Scope.build((scope) => new Pagemap(scope, memory));
  }

  /** Pages of the mapping. */
  get pages(): number {
    return this.#memory.bytes / pageBytes;
  }

  /** Reads the entries from page `first` on, as many as go into one call; returns how many pages that were. */
  read(first: number): number {
    const count = Math.min(entriesAtOnce, this.pages - first);
    const bytes = count * pagemapEntry.bytes;
    const offset = (this.#memory.address / pageBytes + first) * pagemapEntry.bytes;
    const result = libc().pread(this.#descriptor.number, this.#entries.address, bytes, offset);
    if (checked('read /proc/self/pagemap', result) !== bytes) {
      throw new KernelError('read /proc/self/pagemap', '', `it gave ${result} of ${bytes} bytes`, '');
    }
    return count;
  }

  /**
   * Looks at the `count` entries that were read from page `first` on; adds the pages whose high word, masked by `mask`, is `wanted` to
   * `into`, which holds `found` pages already. `mask` and `wanted` are signed, as bit operators give them.
   * @returns how many pages `into` holds then
   */
  list(first: number, count: number, mask: number, wanted: number, into: Uint32Array, found: number): number {
    const words = this.#words;
    let at = found;
    for (let i = 0; i < count; i++) {
      if (((words[2 * i + 1] as number) & mask) === wanted) into[at++] = first + i;
    }
    return at;
  }

  /** As `list`, of the pages whose high word has any bit of `any` and none of `none`. */
  listAny(first: number, count: number, any: number, none: number, into: Uint32Array, found: number): number {
    const words = this.#words;
    let at = found;
    for (let i = 0; i < count; i++) {
      const high = words[2 * i + 1] as number;
      if ((high & any) !== 0 && (high & none) === 0) into[at++] = first + i;
    }
    return at;
  }

  close(): void {
    this.#scope.close();
  }
}

/** PAGEMAP_SCAN over one mapping: lists the runs of pages written since they were protected, and protects them again. */
export class PagemapScan implements Closable {
  readonly #memory: Mapping;
  readonly #scope: Scope;
  readonly #descriptor: Descriptor;
  readonly #regions: Uint32Array;
  readonly #argument = new DataView(new ArrayBuffer(scan.bytes));

  private constructor(scope: Scope, memory: Mapping) {
    this.#scope = scope;
    this.#memory = memory;
    this.#descriptor = scope.own(Descriptor.open('/proc/self/pagemap', openFlags.readOnly));
    const regions = scope.own(Mapping.anonymous(PagemapScan.bytes));
    this.#regions = new Uint32Array(regions.window(0, regions.bytes));
    const argument = this.#argument;
    argument.setBigUint64(scan.size, BigInt(scan.bytes), true);
    argument.setBigUint64(scan.flags, BigInt(scan.writeProtectMatching | scan.checkWriteProtectAsync), true);
    argument.setBigUint64(scan.end, BigInt(memory.address + memory.bytes), true);
    argument.setBigUint64(scan.regions, BigInt(regions.address), true);
    argument.setBigUint64(scan.regionCount, BigInt(regionsAtOnce), true);
    argument.setBigUint64(scan.categoryMask, BigInt(scan.written), true);
    argument.setBigUint64(scan.returnMask, BigInt(scan.written), true);
  }

  /** Bytes of the buffer of regions. */
  static readonly bytes = regionsAtOnce * scanRegion.bytes;

  /** @throws KernelError if it cannot be opened. */
  static open(memory: Mapping): PagemapScan {
    return Scope.build((scope) => new PagemapScan(scope, memory));
  }

  /**
   * Scans from page `first` on, until the end or until there are as many regions as go into one call.
   * @returns how many regions there are; `next` then says where to go on.
   */
  scan(first: number): number {
    this.#argument.setBigUint64(scan.start, BigInt(this.#memory.address + first * pageBytes), true);
    return this.#descriptor.ioctlOn('PAGEMAP_SCAN', scanRequest, this.#argument);
  }

  /** The page that the last scan stopped before: the number of pages if it reached the end. */
  get next(): number {
    return (Number(this.#argument.getBigUint64(scan.walkEnd, true)) - this.#memory.address) / pageBytes;
  }

  /** Adds the pages of the first `count` regions to `into`, which holds `found` pages already. @returns how many it holds then. */
  list(count: number, into: Uint32Array, found: number): number {
    const words = this.#regions;
    const firstPage = this.#memory.address / pageBytes;
    let at = found;
    for (let i = 0; i < count; i++) {
      const word = (i * scanRegion.bytes) / 4;
      const start = pageOf(words[word] as number, words[word + 1] as number) - firstPage;
      const end = pageOf(words[word + 2] as number, words[word + 3] as number) - firstPage;
      for (let page = start; page < end; page++) into[at++] = page;
    }
    return at;
  }

  close(): void {
    this.#scope.close();
  }
}

/** The page of an address given by its halves. */
function pageOf(low: number, high: number): number {
  return high * 2 ** 20 + (low >>> 12);
}
