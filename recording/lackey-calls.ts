import { endsEpoch } from './boundary.js';
import type { EpochRule } from './rule.js';
import { syscallNumber } from './syscalls.js';

/** Told of memory that the kernel has written for the program: its first address, and its bytes. */
export type FillSink = (address: number, bytes: number) => void;

interface Call {
  readonly number: number;
  readonly arguments: readonly number[];
  /** The call opened something that leads out of the program, as a terminal does. */
  readonly outside: boolean;
}

/** Calls that fill memory: which argument points to it, and how many bytes are filled for each one that the call returns. */
const fillers = byNumber<{ argument: number; bytes: number }>({
  read: { argument: 1, bytes: 1 },
  pread64: { argument: 1, bytes: 1 },
  recvfrom: { argument: 1, bytes: 1 },
  getrandom: { argument: 0, bytes: 1 },
  epoll_wait: { argument: 1, bytes: 12 },
  epoll_pwait: { argument: 1, bytes: 12 },
});
/** Names of the calls whose writes are seen. */
export const seenFills = 'read, pread64, recvfrom, getrandom and epoll_wait';

/** Calls that make a descriptor of a file, or of something else that leads nowhere. */
const openers = numbersOf(
  ...['open', 'openat', 'openat2', 'creat', 'memfd_create', 'eventfd', 'eventfd2', 'timerfd_create'],
  ...['signalfd', 'signalfd4', 'epoll_create', 'epoll_create1', 'inotify_init', 'inotify_init1', 'userfaultfd'],
);
/** Calls that return a descriptor of a socket. */
const connectors = numbersOf('socket', 'accept', 'accept4');
const copiers = numbersOf('dup', 'dup2', 'dup3');
const fcntlCall = syscallNumber('fcntl');
/** F_DUPFD and F_DUPFD_CLOEXEC. */
const copyingCommands: readonly number[] = [0, 1030];
const closeCall = syscallNumber('close');
const closeRangeCall = syscallNumber('close_range');
/** CLOSE_RANGE_CLOEXEC: closes nothing now. */
const closeOnExec = 4;
const terminals = /\(\/dev\/(pts\/|tty|console)/;

/**
 * Follows the system calls of a program by the lines that valgrind's --trace-syscalls prints of them: which end an epoch, and
 * which memory they fill. A descriptor leads out of the program unless it was opened by a path, or leads nowhere, as an eventfd.
 */
export class LackeyCalls {
  readonly #rule: EpochRule;
  readonly #fill: FillSink;
  readonly #files = new Set<number>();
  /** Calls that were begun, by thread. */
  readonly #begun = new Map<string, Call>();
  #process: string | null = null;

  constructor(rule: EpochRule, fill: FillSink) {
    this.#rule = rule;
    this.#fill = fill;
  }

  /** Reads a line: whether an epoch ends with it, or what is wrong with it. */
  line(text: string): boolean | string {
    const [whole, process, thread, number, rest] = /^SYSCALL\[(\d+),(\d+)\]\(\s*(\d+)\) (.*)$/.exec(text) ?? [];
    if (whole === undefined || process === undefined || thread === undefined || rest === undefined) {
      return 'no system call as valgrind prints it';
    }
    this.#process ??= process;
    if (process !== this.#process) {
      return `a second process, ${process}, writes here beside ${this.#process}: give valgrind --child-silent-after-fork=yes`;
    }
    const result = /Success\(0x([0-9a-f]+)\)\s*$/.exec(rest)?.[1];
    if (rest.startsWith('... ')) {
      const call = this.#begun.get(thread);
      this.#begun.delete(thread);
      if (call !== undefined && result !== undefined) this.#returned(call, Number.parseInt(result, 16));
      return false;
    }
    const call = { number: Number(number), arguments: argumentsOf(rest), outside: terminals.test(rest) };
    const ends = endsEpoch(this.#rule, call.number, (index) => call.arguments[index] ?? 0, this.#isOutput);
    if (result === undefined) this.#begun.set(thread, call);
    else this.#returned(call, Number.parseInt(result, 16));
    return ends;
  }

  readonly #isOutput = (descriptor: number) => !this.#files.has(descriptor);

  #returned({ number, arguments: given, outside }: Call, result: number): void {
    const filler = fillers.get(number);
    if (filler !== undefined && result > 0) this.#fill(given[filler.argument] ?? 0, result * filler.bytes);
    const [first = -1, second = -1, third = 0] = given;
    if (openers.has(number)) this.#set(result, !outside);
    else if (connectors.has(number)) this.#set(result, false);
    else if (number === closeCall) this.#set(first, false);
    else if (number === closeRangeCall && (third & closeOnExec) === 0) this.#closeRange(first, second);
    else if (copiers.has(number) || (number === fcntlCall && copyingCommands.includes(second))) {
      this.#set(result, this.#files.has(first));
    }
  }

  #set(descriptor: number, isFile: boolean): void {
    if (isFile) this.#files.add(descriptor);
    else this.#files.delete(descriptor);
  }

  #closeRange(first: number, last: number): void {
    for (const descriptor of this.#files) if (descriptor >= first && descriptor <= last) this.#files.delete(descriptor);
  }
}

/** The numbers between a call's parentheses; 0 for what is none. */
function argumentsOf(rest: string): number[] {
  const [given = ''] = rest.slice(rest.indexOf('(') + 1).split('-->');
  return given.split(',').map((word) => Number(/^\s*(0x[0-9a-f]+|\d+)/.exec(word)?.[1] ?? 0));
}

function numbersOf(...names: readonly string[]): ReadonlySet<number> {
  return new Set(names.map((name) => syscallNumber(name) ?? -1));
}

function byNumber<Value>(calls: Readonly<Record<string, Value>>): ReadonlyMap<number, Value> {
  return new Map(Object.entries(calls).map(([name, value]) => [syscallNumber(name) ?? -1, value]));
}
