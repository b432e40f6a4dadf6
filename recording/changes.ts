import { endOfMemory, type RunSink } from '../kernel/foreign-pagemap.js';
import { syscallArgument } from '../kernel/tracee.js';
import type { WatchedMemory } from './memory.js';
import { syscallNumber } from './syscalls.js';

/** A system call that changes which memory there is, as it was entered. */
export interface MemoryCall {
  readonly name: CallName;
  readonly arguments: readonly number[];
}

interface Change {
  /** Before it is done: what would vanish with its pages is taken into the epoch. */
  before(call: readonly number[], memory: WatchedMemory, sink: RunSink): void;
  /** After it has been done, and returned `result`. */
  after(call: readonly number[], result: number, memory: WatchedMemory): void;
}

const nothing = () => {};
const mapFixed = 0x10;
const remapFixed = 2;
/** MADV_DONTNEED, MADV_FREE, MADV_REMOVE, MADV_DONTNEED_LOCKED: the pages' content is given up. */
const dropping: readonly number[] = [4, 8, 9, 24];
const writable = 2;

const argument = (call: readonly number[], index: number) => call[index] ?? 0;
const span = (call: readonly number[]) => [argument(call, 0), argument(call, 0) + argument(call, 1)] as const;

const callNames = [
  'mmap',
  'munmap',
  'mremap',
  'brk',
  'mprotect',
  'pkey_mprotect',
  'madvise',
  'shmat',
  'shmdt',
  'execve',
  'execveat',
  'exit_group',
] as const;
type CallName = (typeof callNames)[number];

const becomesWritable: Change['after'] = (call, _result, memory) => {
  if ((argument(call, 2) & writable) !== 0) memory.watch(...span(call));
};
const takesAll: Change['before'] = (_call, memory, sink) => memory.take(0, endOfMemory, sink);

const changes: Record<CallName, Change> = {
  mmap: {
    before(call, memory, sink) {
      if ((argument(call, 3) & mapFixed) !== 0) memory.take(...span(call), sink);
    },
    after(call, result, memory) {
      memory.forget(result, result + argument(call, 1));
      if ((argument(call, 2) & writable) !== 0) memory.watch(result, result + argument(call, 1));
    },
  },
  munmap: {
    before: (call, memory, sink) => memory.take(...span(call), sink),
    after: (call, _result, memory) => memory.forget(...span(call)),
  },
  mremap: {
    before(call, memory, sink) {
      memory.take(...span(call), sink);
      const target = argument(call, 4);
      if ((argument(call, 3) & remapFixed) !== 0) memory.take(target, target + argument(call, 2), sink);
    },
    after(call, result, memory) {
      const [start, end] = span(call);
      const newEnd = result + argument(call, 2);
      // In place, others may have written to the old part meanwhile: only what was added is watched anew.
      if (result === start) {
        if (newEnd > end) memory.forget(end, newEnd);
        else memory.forget(newEnd, end);
      } else {
        memory.forget(start, end);
        memory.forget(result, newEnd);
      }
      memory.watch(result, newEnd);
    },
  },
  brk: {
    before(call, memory, sink) {
      if (argument(call, 0) !== 0 && argument(call, 0) < memory.heapEnd) {
        memory.take(argument(call, 0), memory.heapEnd, sink);
      }
    },
    after: (_call, result, memory) => memory.moveHeapEnd(result),
  },
  mprotect: { before: nothing, after: becomesWritable },
  pkey_mprotect: { before: nothing, after: becomesWritable },
  madvise: {
    before(call, memory, sink) {
      if (dropping.includes(argument(call, 2))) memory.take(...span(call), sink);
    },
    after(call, _result, memory) {
      if (dropping.includes(argument(call, 2))) memory.renew(...span(call));
    },
  },
  shmat: { before: nothing, after: (_call, result, memory) => memory.watchNew(result) },
  shmdt: { before: takesAll, after: nothing },
  execve: { before: takesAll, after: nothing },
  execveat: { before: takesAll, after: nothing },
  exit_group: { before: takesAll, after: nothing },
};

const byNumber = new Map(callNames.map((name) => [syscallNumber(name), name]));

/** The call that a thread was just found to enter, if it changes which memory there is: what vanishes is taken before. */
export function enterMemoryCall(number: number, memory: WatchedMemory, sink: RunSink): MemoryCall | null {
  const name = byNumber.get(number);
  if (name === undefined) return null;
  const call = { name, arguments: [0, 1, 2, 3, 4].map(syscallArgument) };
  changes[name].before(call.arguments, memory, sink);
  return call;
}

/** The call returned `result`, and did not fail: what is new is watched. */
export function leaveMemoryCall(call: MemoryCall, result: number, memory: WatchedMemory): void {
  changes[call.name].after(call.arguments, result, memory);
}
