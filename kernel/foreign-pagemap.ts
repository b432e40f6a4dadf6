import { pageBytes } from '../base/size.js';
import { Descriptor, openFlags } from './descriptor.js';
import { Mapping } from './memory.js';
import { scan, scanRegion, scanRequest } from './memory-abi.js';
import { type Closable, Scope } from './scope.js';

/** Regions that one scan can return; where there are more, it is called again. */
const regionsAtOnce = 16384;

/** The first address that no program has. */
export const endOfMemory = 0x7fff_ffff_f000;

/** Told of each run of pages that a scan finds: its first page and the page after it. */
export type RunSink = (first: number, end: number) => void;

/** PAGEMAP_SCAN over another process's memory, all of it or a part, with one call where that is enough. */
export class ForeignPagemap implements Closable {
  readonly #scope: Scope;
  readonly #descriptor: Descriptor;
  readonly #words: Uint32Array;
  readonly #argument = new DataView(new ArrayBuffer(scan.bytes));

  /** Scans that were made. */
  calls = 0;

  private constructor(scope: Scope, pid: number) {
    this.#scope = scope;
    this.#descriptor = scope.own(Descriptor.open(`/proc/${pid}/pagemap`, openFlags.readOnly));
    const regions = scope.own(Mapping.anonymous(regionsAtOnce * scanRegion.bytes));
    this.#words = new Uint32Array(regions.window(0, regions.bytes));
    const argument = this.#argument;
    argument.setBigUint64(scan.size, BigInt(scan.bytes), true);
    argument.setBigUint64(scan.regions, BigInt(regions.address), true);
    argument.setBigUint64(scan.regionCount, BigInt(regionsAtOnce), true);
  }

  /** @throws KernelError if it cannot be opened. */
  static open(pid: number): ForeignPagemap {
    return Scope.build((scope) => new ForeignPagemap(scope, pid));
  }

  /**
   * Passes on the pages from address `start` to `end` that were written since they were protected, and protects them again.
   * Ranges that are not watched are passed over.
   * @throws KernelError if it fails.
   */
  takeWritten(start: number, end: number, sink: RunSink): void {
    this.#set(scan.writeProtectMatching, scan.written);
    this.#scan(start, end, sink);
  }

  /**
   * Passes on every page that is in memory. (Of those that are not, the kernel does not tell the swapped from the protected.)
   * @throws KernelError if it fails.
   */
  listPresent(sink: RunSink): void {
    this.#set(0, scan.present);
    this.#scan(0, endOfMemory, sink);
  }

  close(): void {
    this.#scope.close();
  }

  #set(flags: number, categories: number): void {
    this.#argument.setBigUint64(scan.flags, BigInt(flags), true);
    this.#argument.setBigUint64(scan.categoryAnyMask, BigInt(categories), true);
    this.#argument.setBigUint64(scan.returnMask, BigInt(categories), true);
  }

  #scan(start: number, end: number, sink: RunSink): void {
    const argument = this.#argument;
    argument.setBigUint64(scan.end, BigInt(end), true);
    for (let from = start; from < end; ) {
      argument.setBigUint64(scan.start, BigInt(from), true);
      this.calls++;
      this.#pass(this.#descriptor.ioctlOn('PAGEMAP_SCAN', scanRequest, argument), sink);
      from = Number(argument.getBigUint64(scan.walkEnd, true));
    }
  }

  #pass(count: number, sink: RunSink): void {
    const words = this.#words;
    for (let i = 0; i < count; i++) {
      const word = (i * scanRegion.bytes) / 4;
      sink(
        pageOf(words[word] as number, words[word + 1] as number),
        pageOf(words[word + 2] as number, words[word + 3] as number),
      );
    }
  }
}

/** The page of an address given by its halves. */
function pageOf(low: number, high: number): number {
  return high * (2 ** 32 / pageBytes) + (low >>> 12);
}
