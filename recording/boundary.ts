import { readlinkSync } from 'node:fs';
import { syscallArgument } from '../kernel/tracee.js';
import type { EpochRule } from './rule.js';
import { syscallNumber } from './syscalls.js';

/** Which argument of a call is the descriptor that it writes to. */
const writers = byNumber({
  write: 0,
  writev: 0,
  sendto: 0,
  sendmsg: 0,
  sendmmsg: 0,
  sendfile: 0,
  pwritev2: 0,
  vmsplice: 0,
  tee: 1,
  splice: 2,
});
/** System calls that write to files alone. */
const fileWriters = byNumber({ pwrite64: 0, pwritev: 0 });
const syncs = byNumber({ fsync: 0, fdatasync: 0, msync: 0 });
/** After these, a descriptor's number may mean something else. */
const changers = byNumber({ close: 0, dup2: 0, dup3: 0, close_range: 0 });

const outside = /^(socket:|pipe:|\/dev\/pts\/|\/dev\/tty|\/dev\/console)/;

/** Tells at which system calls of a process an epoch ends. */
export class Boundary {
  readonly #rule: EpochRule;
  /** Whether a descriptor leads out of the process; asked once, until it may have changed. */
  readonly #outputs = new Map<number, boolean>();

  constructor(rule: EpochRule) {
    this.#rule = rule;
  }

  /** Whether the call that `thread` was just found to enter, `number`, ends an epoch. */
  endsAt(number: number, thread: number): boolean {
    if (changers.has(number)) this.#outputs.clear();
    return endsEpoch(this.#rule, number, syscallArgument, (descriptor) => this.#isOutput(descriptor, thread));
  }

  /** Another program runs now: descriptors may have been closed. */
  forget(): void {
    this.#outputs.clear();
  }

  #isOutput(descriptor: number, thread: number): boolean {
    const known = this.#outputs.get(descriptor);
    if (known !== undefined) return known;
    const found = leadsOut(thread, descriptor);
    if (found !== null) this.#outputs.set(descriptor, found);
    return found ?? false;
  }
}

/** Whether an epoch ends at the begin of system call `number`, with these arguments; which descriptors are outputs is asked. */
export function endsEpoch(
  rule: EpochRule,
  number: number,
  argument: (index: number) => number,
  isOutput: (descriptor: number) => boolean,
): boolean {
  switch (rule.kind) {
    case 'output': {
      const index = writers.get(number);
      return index !== undefined && isOutput(argument(index));
    }
    case 'sync':
      return syncs.has(number);
    case 'descriptor': {
      const index = writers.get(number) ?? fileWriters.get(number);
      return index !== undefined && argument(index) === rule.number;
    }
    case 'syscalls':
      return rule.numbers.includes(number);
    case 'interval':
      return false;
  }
}

/** Asked of the thread that makes the call: of the first thread, once that has ended, the kernel tells no descriptors. */
function leadsOut(thread: number, descriptor: number): boolean | null {
  try {
    return outside.test(readlinkSync(`/proc/${thread}/fd/${descriptor}`));
  } catch {
    // No such descriptor: the call will fail, and the next one that is opened may have its number.
    return null;
  }
}

function byNumber(calls: Readonly<Record<string, number>>): ReadonlyMap<number, number> {
  return new Map(Object.entries(calls).map(([name, argument]) => [syscallNumber(name) ?? -1, argument]));
}
