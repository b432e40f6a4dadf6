import { readFileSync } from 'node:fs';
import { pageBytes } from '../base/size.js';
import { errnoName, KernelError } from './error.js';
import { checked, libc } from './libc.js';
import type { Closable } from './scope.js';

/** From asm-generic/mman-common.h and asm-generic/mman.h. */
const protection = { read: 1, write: 2 } as const;
const flags = { shared: 1, private: 2, anonymous: 0x20, noReserve: 0x4000, huge: 0x40000, huge2M: 21 << 26 } as const;
const advice = { hugePages: 14, noHugePages: 15, populateWrite: 23 } as const;

/** Bytes of a huge page. */
export const hugePageBytes = 2 ** 21;
const setAside = '/sys/kernel/mm/hugepages/hugepages-2048kB';

/** Bytes of a window: views of 4 GiB end the process, and a power of two makes the arithmetic a shift. */
const windowBytes = 2 ** 30;
const windowPagesShift = 18;

/** A piece of this process's address space. After `close`, its windows must not be touched: the process would end. */
export class Mapping implements Closable {
  readonly address: number;
  readonly bytes: number;
  /** Pages that can only be protected together: 1, or those of a huge page that is never split. */
  readonly unitPages: number;
  /** Whether it shows a file, of which pages are copied when they are first written. */
  readonly isCopyOfFile: boolean;
  #open = true;

  private constructor(call: string, address: number, bytes: number, { unitPages = 1, isCopyOfFile = false } = {}) {
    this.address = checked(call, address);
    this.bytes = bytes;
    this.unitPages = unitPages;
    this.isCopyOfFile = isCopyOfFile;
  }

  /**
   * Zeroed memory in 4 KiB pages. Pages that are never touched cost nothing, so it may be far larger than the machine's.
   * @throws KernelError if there is no room in the address space.
   */
  static anonymous(bytes: number): Mapping {
    const kind = flags.private | flags.anonymous | flags.noReserve;
    const address = libc().mmap(0, bytes, protection.read | protection.write, kind, -1, 0);
    const mapping = new Mapping(`mmap of ${bytes} bytes`, address, bytes);
    // A kernel without huge pages refuses the advice, and needs none.
    libc().madvise(mapping.address, bytes, advice.noHugePages);
    return mapping;
  }

  /**
   * Zeroed memory that begins at a huge page and asks for transparent ones; whether it has them is seen once it is there.
   * @throws KernelError if there is no room in the address space.
   */
  static transparent(bytes: number): Mapping {
    const kind = flags.private | flags.anonymous | flags.noReserve;
    const call = `mmap of ${bytes} bytes`;
    const reserved = checked(
      call,
      libc().mmap(0, bytes + hugePageBytes, protection.read | protection.write, kind, -1, 0),
    );
    const address = Math.ceil(reserved / hugePageBytes) * hugePageBytes;
    if (address > reserved) libc().munmap(reserved, address - reserved);
    // Rounding up took less than the huge page that was reserved beyond `bytes`: some of it is always left.
    libc().munmap(address + bytes, reserved + hugePageBytes - address);
    libc().madvise(address, bytes, advice.hugePages);
    return new Mapping(call, address, bytes);
  }

  /**
   * Zeroed memory in huge pages of 2 MiB that were set aside on this machine; they are reserved at once. `bytes` must be whole huge
   * pages: of a part of one the kernel maps all, and refuses to unmap the part.
   * @throws KernelError if not enough of them are free; the remedy says how to set them aside.
   */
  static huge(bytes: number): Mapping {
    const kind = flags.private | flags.anonymous | flags.huge | flags.huge2M;
    const needed = Math.ceil(bytes / hugePageBytes);
    const address = libc().mmap(0, bytes, protection.read | protection.write, kind, -1, 0);
    if (address === -1) throw lackOfHugePages(needed, errnoName(libc().errno()));
    return new Mapping(`mmap of ${needed} huge pages`, address, bytes, { unitPages: hugePageBytes / pageBytes });
  }

  /**
   * What is in a file, privately: a page is the file's until it is first written, and then a copy that the file never sees. The
   * descriptor may be closed afterwards.
   * @throws KernelError if it cannot be mapped.
   */
  static copyOfFile(descriptor: number, bytes: number): Mapping {
    const kind = flags.private | flags.noReserve;
    const address = libc().mmap(0, bytes, protection.read | protection.write, kind, descriptor, 0);
    return new Mapping(`mmap of ${bytes} bytes of a file`, address, bytes, { isCopyOfFile: true });
  }

  /** Memory of this process that another thread mapped, and will unmap: it must not be closed here. */
  static at(address: number, bytes: number): Mapping {
    return new Mapping('a mapping of another thread', address, bytes);
  }

  /** What a file, or a KVM descriptor, shares at `offset`. @throws KernelError if it cannot be mapped. */
  static shared(call: string, descriptor: number, offset: number, bytes: number): Mapping {
    const address = libc().mmap(0, bytes, protection.read | protection.write, flags.shared, descriptor, offset);
    return new Mapping(call, address, bytes);
  }

  get pages(): number {
    return this.bytes / pageBytes;
  }

  /** Has every page there, as if each had been written. @throws KernelError if there is no memory for it. */
  populate(): void {
    checked('MADV_POPULATE_WRITE', libc().madvise(this.address, this.bytes, advice.populateWrite));
  }

  /** `bytes` of it, at most 1 GiB, from `offset`. @throws RangeError for more, for what is outside, and after `close`. */
  window(offset: number, bytes: number): ArrayBuffer {
    if (!this.#open || offset < 0 || bytes <= 0 || bytes > windowBytes || offset + bytes > this.bytes) {
      throw new RangeError(`no window of ${bytes} bytes at ${offset} in a mapping of ${this.bytes}`);
    }
    return libc().view(this.address + offset, bytes);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    libc().munmap(this.address, this.bytes);
  }
}

function lackOfHugePages(needed: number, errno: string): KernelError {
  const call = `mmap of ${needed} huge pages`;
  const [total, free, reserved] = ['nr_hugepages', 'free_hugepages', 'resv_hugepages'].map(countOf);
  if (total === undefined || free === undefined || reserved === undefined || Number.isNaN(total)) {
    return new KernelError(call, errno, 'this kernel has no huge pages of 2 MiB', 'one built with CONFIG_HUGETLBFS');
  }
  const taken = total - free + reserved;
  const remedy = `echo ${taken + needed} > ${setAside}/nr_hugepages, as root`;
  return new KernelError(call, errno, `${free - reserved} huge pages of 2 MiB are set aside and free`, remedy);
}

function countOf(name: string): number {
  try {
    return Number(readFileSync(`${setAside}/${name}`, 'utf8'));
  } catch {
    return Number.NaN;
  }
}

/** The pages of a mapping, by number. */
export class Pages {
  readonly #windows: readonly Uint8Array[];
  readonly #words: readonly Uint32Array[];

  constructor(mapping: Mapping) {
    const windows: ArrayBuffer[] = [];
    for (let offset = 0; offset < mapping.bytes; offset += windowBytes) {
      windows.push(mapping.window(offset, Math.min(windowBytes, mapping.bytes - offset)));
    }
    this.#windows = windows.map((window) => new Uint8Array(window));
    this.#words = windows.map((window) => new Uint32Array(window));
  }

  /** The bytes of a page, in place: writing to them writes to the memory. */
  page(page: number): Uint8Array {
    const window = this.#windows[page >>> windowPagesShift];
    if (window === undefined) throw new RangeError(`no page ${page}`);
    const offset = (page % 2 ** windowPagesShift) * pageBytes;
    return window.subarray(offset, offset + pageBytes);
  }

  /** The first four bytes of a page. */
  valueOf(page: number): number {
    const window = this.#words[page >>> windowPagesShift] as Uint32Array;
    return window[(page & (2 ** windowPagesShift - 1)) << 10] as number;
  }

  /** Stores `value` in the first four bytes of each of the first `count` entries of `pages`. */
  touch(pages: Uint32Array, count: number, value: number): void {
    const windows = this.#words;
    for (let i = 0; i < count; i++) {
      const page = pages[i] as number;
      const window = windows[page >>> windowPagesShift] as Uint32Array;
      window[(page & (2 ** windowPagesShift - 1)) << 10] = value;
    }
  }
}
