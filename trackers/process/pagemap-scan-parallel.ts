import { usableCores } from '../../base/machine.js';
import { pageBytes } from '../../base/size.js';
import { Thread } from '../../base/thread.js';
import { hugePageBytes, type Mapping } from '../../kernel/memory.js';
import { PagemapScan } from '../../kernel/pagemap.js';
import { type Closable, Scope } from '../../kernel/scope.js';
import { awaitState } from '../../kernel/thread.js';
import { Userfaultfd } from '../../kernel/userfaultfd.js';
import { type Arming, armingOf, KernelClock, type KernelTracker } from '../kernel-tracker.js';
import { ScanSlice, type ScanSliceSettings, sliceEnded, sliceWord } from './scan-slice.js';

/** As many as `bitmap-scan-parallel` has; whether more would scan page tables faster was not measured. */
const mostThreads = 4;
/** Pages that one page table maps: slices begin at its border, so that no two threads walk the same table. */
const pagesPerTable = hugePageBytes / pageBytes;

/**
 * PAGEMAP_SCAN, as `pagemap-scan`, over as many parts of the memory at once as there are processors, up to four; the first is the
 * caller's. Collect grows with the memory that has page tables, and has the time in it that waking the others and waiting for them takes.
 * The threads share the lock of the memory map, which a scan only reads under.
 */
export class PagemapScanParallel implements KernelTracker {
  /** Bytes for a guest of `pages` pages, of which only what was found is ever touched. */
  static bytes(pages: number): number {
    return mostThreads * PagemapScan.bytes + pages * Uint32Array.BYTES_PER_ELEMENT;
  }

  readonly arming: Arming;
  readonly #scope: Scope;
  readonly #slices: readonly ScanSliceSettings[];
  readonly #first: ScanSlice;
  readonly #threads: readonly SliceThread[];
  readonly #clock = new KernelClock();

  private constructor(scope: Scope, memory: Mapping) {
    this.#scope = scope;
    this.arming = armingOf(scope.own(Userfaultfd.open(memory, 'pass')));
    const [first, ...others] = slicesOf(memory);
    if (first === undefined) throw new RangeError('a mapping without pages');
    this.#slices = [first, ...others];
    this.#first = scope.own(new ScanSlice(first));
    this.#threads = others.map((slice) => scope.own(new SliceThread(slice)));
  }

  /** @throws KernelError if this kernel or this user cannot do that. */
  static attach(memory: Mapping): PagemapScanParallel {
    return Scope.build((scope) => new PagemapScanParallel(scope, memory));
  }

  /** Nanoseconds from waking the other threads until the slowest part is scanned, with that waking and waiting in it. */
  get kernelNs(): number {
    return this.#clock.ns;
  }

  /** @throws ThreadError if a thread failed. */
  collect(into: Uint32Array): number {
    const clock = this.#clock;
    clock.reset();
    clock.begin();
    for (const thread of this.#threads) thread.begin();
    this.#first.scanAll();
    for (const thread of this.#threads) thread.end();
    clock.end();
    let found = 0;
    for (const slice of this.#slices) found = takeFound(slice, into, found);
    return found;
  }

  close(): void {
    this.#scope.close();
  }
}

/** Parts of about the same size that begin where a table of page tables does. */
function slicesOf(memory: Mapping): ScanSliceSettings[] {
  const tables = Math.ceil(memory.pages / pagesPerTable);
  const threads = Math.min(mostThreads, usableCores(), tables);
  const each = Math.ceil(tables / threads) * pagesPerTable;
  return Array.from({ length: Math.ceil(memory.pages / each) }, (_, index) => {
    const firstPage = index * each;
    const pages = Math.min(each, memory.pages - firstPage);
    return {
      address: memory.address,
      firstPage,
      pages,
      words: new Int32Array(new SharedArrayBuffer(4 * Object.keys(sliceWord).length)),
      found: new Uint32Array(new SharedArrayBuffer(pages * Uint32Array.BYTES_PER_ELEMENT)),
    };
  });
}

function takeFound({ firstPage, words, found }: ScanSliceSettings, into: Uint32Array, from: number): number {
  const count = words[sliceWord.found] as number;
  for (let i = 0; i < count; i++) into[from + i] = firstPage + (found[i] as number);
  return from + count;
}

/** The thread of a slice, which is waited for when it is closed: it has a descriptor and memory of its own. */
class SliceThread implements Closable {
  readonly #thread: Thread;
  readonly #words: Int32Array<SharedArrayBuffer>;

  constructor(slice: ScanSliceSettings) {
    this.#words = slice.words;
    this.#thread = new Thread(new URL('./scan-thread.js', import.meta.url), { slice });
  }

  begin(): void {
    this.#thread.begin();
  }

  end(): void {
    this.#thread.end();
  }

  close(): void {
    this.#thread.close();
    awaitState(this.#words, sliceWord.state, sliceEnded);
  }
}
