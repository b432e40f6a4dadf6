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

const openers = byNumber({ open: true, openat: true, openat2: true, creat: true, memfd_create: true });
const copiers = byNumber({ dup: true, dup2: true, dup3: true });
const closeCall = syscallNumber('close');
const terminals = /\(\/dev\/(pts\/|tty|console)/;

/**
 * Follows the system calls of a program by the lines that valgrind's --trace-syscalls prints of them: which end an epoch, and
 * which memory they fill. A descriptor leads out of the program unless it was opened by a path.
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
    if (openers.has(number) && !outside) this.#files.add(result);
    else if (number === closeCall) this.#files.delete(given[0] ?? -1);
    else if (copiers.has(number) && this.#files.has(given[0] ?? -1)) this.#files.add(result);
    else if (copiers.has(number)) this.#files.delete(result);
  }
}

/** The numbers between a call's parentheses; 0 for what is none. */
function argumentsOf(rest: string): number[] {
  const [given = ''] = rest.slice(rest.indexOf('(') + 1).split('-->');
  return given.split(',').map((word) => Number(/^\s*(0x[0-9a-f]+|\d+)/.exec(word)?.[1] ?? 0));
}

function byNumber<Value>(calls: Readonly<Record<string, Value>>): ReadonlyMap<number, Value> {
  return new Map(Object.entries(calls).map(([name, value]) => [syscallNumber(name) ?? -1, value]));
}
