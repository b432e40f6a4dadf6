import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { pageBytes } from '../base/size.js';
import { registers } from '../kernel/ptrace-abi.js';
import { readRegisters, writeWord } from '../kernel/tracee.js';
import { type MemoryRange, readMaps } from './maps.js';
import { RecordingError } from './problem.js';
import { looksLikeStub, stubBytes, targetOf } from './stub.js';

const wordBytes = 8;

/**
 * Where a stub fits into a process: bytes after the last instruction of something executable that nobody shares with it, as the last
 * page of the [vdso] has them. The kernel gives the process its own copy of that page; it is as it was once the stub is cleared.
 */
export class StubPlace {
  readonly address: number;
  readonly #thread: number;

  private constructor(address: number, thread: number) {
    this.address = address;
    this.#thread = thread;
  }

  /**
   * Finds a place in process `pid`; its `thread`, which stands still, is what the place is written through.
   * @throws RecordingError if there is none; KernelError if it is full of stubs and a thread of the process does not stand still,
   * so that nobody can tell which of them is in use.
   */
  static find(pid: number, thread: number): StubPlace {
    const executable = readMaps(pid).filter((range) => range.executable && !range.shared);
    const file = openSync(`/proc/${pid}/mem`, 'r');
    try {
      for (const range of executable.sort((a, b) => preference(a) - preference(b))) {
        const address = placeIn(lastPage(file, range), range.end, () => instructionPointers(pid));
        if (address !== null) return new StubPlace(address, thread);
      }
    } finally {
      closeSync(file);
    }
    throw new RecordingError(`process ${pid} has no room for ${stubBytes} bytes of code: its memory cannot be watched`);
  }

  /** @throws KernelError if the thread is gone. */
  write(code: Uint8Array<ArrayBuffer>): void {
    const words = new DataView(code.buffer);
    for (let at = 0; at < stubBytes; at += wordBytes) {
      writeWord(this.#thread, this.address + at, words.getBigUint64(at, true));
    }
  }

  clear(): void {
    this.write(new Uint8Array(stubBytes));
  }
}

/** The [vdso] is in every process, and of no file. */
function preference({ name }: MemoryRange): number {
  return name === '[vdso]' ? 0 : 1;
}

function lastPage(file: number, { end }: MemoryRange): Buffer {
  const bytes = Buffer.alloc(pageBytes);
  try {
    readSync(file, bytes, 0, pageBytes, end - pageBytes);
    return bytes;
  } catch {
    // Not everything that is mapped can be read: beyond the end of its file it cannot.
    return Buffer.alloc(0);
  }
}

/**
 * Stubs of killed recorders lie one before the other at the page's end; the place is the zeros just before them. If there are none
 * left, it is that of a stub that no thread is in, and none comes back to from the stub that it is in. Null: there is no place.
 */
function placeIn(page: Buffer, end: number, pointers: () => readonly number[]): number | null {
  const start = end - page.length;
  let from = page.length - stubBytes;
  while (from >= 0 && looksLikeStub(page.subarray(from))) from -= stubBytes;
  const room = page.subarray(Math.max(from, 0), from + stubBytes);
  if (from >= 0 && room.every((byte) => byte === 0)) return start + from;
  const stubs = new Map<number, Buffer>();
  for (let at = from + stubBytes; at < page.length; at += stubBytes) stubs.set(start + at, page.subarray(at));
  for (const pointer of stubs.size > 0 ? pointers() : []) leaveOut(pointer, stubs);
  return stubs.keys().next().value ?? null;
}

/** Leaves the stub out that this address is in, and that which its thread goes on in. */
function leaveOut(pointer: number, stubs: Map<number, Buffer>): void {
  for (const [address, stub] of stubs) {
    if (pointer < address || pointer >= address + stubBytes) continue;
    stubs.delete(address);
    leaveOut(targetOf(stub), stubs);
    return;
  }
}

/** Where the threads of a process are. @throws KernelError if one of them does not stand still. */
function instructionPointers(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) =>
    Number(readRegisters(Number(thread)).getBigUint64(registers.rip, true)),
  );
}
