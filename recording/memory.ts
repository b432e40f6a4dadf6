import { pageBytes } from '../base/size.js';
import { ForeignFaults } from '../kernel/foreign-faults.js';
import { endOfMemory, ForeignPagemap, type RunSink } from '../kernel/foreign-pagemap.js';
import { faultSyscall } from '../kernel/memory-abi.js';
import { type Closable, Scope } from '../kernel/scope.js';
import { inject, type Moment } from './inject.js';
import { readMaps } from './maps.js';
import { RangeSet } from './ranges.js';

/**
 * Ranges up to this size are protected page by page, also where no page is yet, so that reading a fresh page does not count as
 * writing it. That takes a page-table entry a page; in larger ranges only pages that are there are protected.
 */
const mostProtected = 2 ** 36;

/** The memory of a process under watch: which pages were written is asked of the kernel. */
export class WatchedMemory implements Closable {
  readonly #pid: number;
  readonly #scope: Scope;
  readonly #faults: ForeignFaults;
  readonly #pagemap: ForeignPagemap;
  readonly #watched = new RangeSet();
  #heapEnd: number;
  /** Bytes that the kernel would not watch, by what is mapped there. */
  readonly #unseen = new Map<string, number>();

  private constructor(scope: Scope, pid: number, faults: ForeignFaults) {
    this.#scope = scope;
    this.#pid = pid;
    this.#faults = faults;
    this.#pagemap = scope.own(ForeignPagemap.open(pid));
    this.#heapEnd = readMaps(pid).find(({ name }) => name === '[heap]')?.end ?? 0;
    this.#watchAll();
    this.take(0, endOfMemory, () => {});
  }

  /**
   * Watches all writable memory of process `pid`, of which `thread` stands still, where `inject` can use it; `at` is told how far
   * that is. Nothing counts as written yet. It is given up with `close`, or when this process ends.
   * @throws KernelError if the kernel cannot do that.
   */
  static open(pid: number, thread: number, at?: (moment: Moment) => void): WatchedMemory {
    return Scope.build((scope) => {
      const flags = faultSyscall.closeOnExec | faultSyscall.nonBlocking | faultSyscall.userModeOnly;
      const call = { name: 'userfaultfd', number: faultSyscall.number, argument: flags };
      const faults = inject(pid, thread, call, (descriptor) => ForeignFaults.takeFrom(pid, descriptor), at);
      return new WatchedMemory(scope, pid, scope.own(faults));
    });
  }

  /** Passes on the pages of a range of addresses that were written since they were last taken. */
  take(start: number, end: number, sink: RunSink): void {
    // A call's arguments may be anything.
    const last = Math.min(pageUp(end), endOfMemory);
    if (start >= 0 && start < last) this.#pagemap.takeWritten(pageDown(start), last, sink);
  }

  /** Passes on every page that was written since it was last taken. */
  takeAll(sink: RunSink): void {
    this.take(0, endOfMemory, sink);
  }

  /** Passes on every page that is there. */
  listPresent(sink: RunSink): void {
    this.#pagemap.listPresent(sink);
  }

  /** Watches what there is of a range that is not watched yet, with nothing in it written. */
  watch(start: number, end: number): void {
    for (const [first, last] of this.#watched.gaps(pageDown(start), pageUp(end))) this.#watchGap(first, last);
  }

  /** Protects a range anew whose pages were dropped. */
  renew(start: number, end: number): void {
    if (end - start <= mostProtected) this.#faults.protect(pageDown(start), pageUp(end));
  }

  /** A range is gone, or something else is there now. */
  forget(start: number, end: number): void {
    this.#watched.remove(pageDown(start), pageUp(end));
  }

  /** Where the heap that brk moves ends; 0 while that is not known. */
  get heapEnd(): number {
    return this.#heapEnd;
  }

  /** The heap's end is somewhere else now. */
  moveHeapEnd(end: number): void {
    const before = this.#heapEnd;
    this.#heapEnd = end;
    // Where it begins is not known: it came to be just now, or was there before.
    if (before === 0) this.#watchAll();
    else if (end > before) this.watch(pageUp(before), end);
    else this.forget(pageUp(end), before);
  }

  /** Watches the range that was just mapped at `start`, also where one was watched before. */
  watchNew(start: number): void {
    const range = readMaps(this.#pid).find((one) => one.start === start);
    if (range === undefined) return;
    this.forget(start, range.end);
    if (range.writable) this.watch(start, range.end);
  }

  /** Bytes that were not watched, by what is mapped there, as of now. */
  unseen(): ReadonlyMap<string, number> {
    return this.#unseen;
  }

  /** Calls of the kernel that were made to watch it and to find what was written. */
  get calls(): number {
    return this.#faults.calls + this.#pagemap.calls;
  }

  close(): void {
    this.#scope.close();
  }

  /** Watches every writable range that is not watched yet. */
  #watchAll(): void {
    for (const { start, end } of this.#writable()) this.watch(start, end);
  }

  #writable() {
    return readMaps(this.#pid).filter(({ writable }) => writable);
  }

  #watchGap(start: number, end: number): void {
    this.#watched.add(start, end);
    if (!this.#faults.register(start, end)) {
      const name = this.#writable().find((range) => range.start < end && range.end > start)?.name;
      // What is gone again by now needs no watching.
      if (name === undefined) return;
      const key = name === '' ? 'anonymous memory' : name;
      this.#unseen.set(key, (this.#unseen.get(key) ?? 0) + end - start);
      return;
    }
    if (end - start > mostProtected || !this.#faults.protect(start, end)) this.take(start, end, () => {});
  }
}

function pageDown(address: number): number {
  return address - (address % pageBytes);
}

function pageUp(address: number): number {
  return pageDown(address + pageBytes - 1);
}
