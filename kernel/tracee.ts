import { errnoName, KernelError } from './error.js';
import { checked, libc } from './libc.js';
import {
  registers,
  segment32,
  syscallInfo,
  syscallStop,
  traceEvent,
  traceOption,
  traceRequest,
  traceSignal,
  waitOption,
} from './ptrace-abi.js';

/**
 * What a wait reported of a traced thread: it is gone (`exited`), or it stands still: at a system call; because it was interrupted, is new,
 * or was listened to until its process went on (`interrupted`); after an exec; having just made a thread (`clone`); stopped with its whole
 * process, by SIGSTOP or from a terminal (`stopped`); or at a signal that it is about to be given.
 */
export type Stop =
  | { readonly kind: 'exited'; readonly thread: number; readonly code: number; readonly signal: number }
  | { readonly kind: 'syscall' | 'interrupted' | 'exec'; readonly thread: number }
  | { readonly kind: 'clone'; readonly thread: number }
  | { readonly kind: 'stopped' | 'signal'; readonly thread: number; readonly signal: number };

/**
 * What a thread stands at: the entry of a system call, whose arguments `syscallArgument` reads; its exit, with what the kernel returned (an
 * error number below zero if it failed); or neither, also if it is gone.
 */
export type SyscallState =
  | { readonly kind: 'entry'; readonly number: number }
  | { readonly kind: 'exit'; readonly result: number }
  | { readonly kind: 'none' };

const stopSignals: readonly number[] = [
  traceSignal.stop,
  traceSignal.terminalStop,
  traceSignal.terminalInput,
  traceSignal.terminalOutput,
];
const options = traceOption.syscallsApart | traceOption.clone | traceOption.exec;

/**
 * Traces a thread without stopping it. All further calls on it have to come from the same thread of ours.
 * @throws KernelError if this user may not, or another traces it.
 */
export function seize(thread: number): void {
  checked('PTRACE_SEIZE', libc().ptrace(traceRequest.seize, thread, 0, options));
}

/** Asks a thread to stop; a wait then reports the stop. False if the thread is gone. */
export function interrupt(thread: number): boolean {
  return libc().ptrace(traceRequest.interrupt, thread, 0, 0) !== -1;
}

/** Lets a stopped thread run to its next system call, giving it `signal` (0: none). False if it is gone. */
export function resume(thread: number, signal: number): boolean {
  return libc().ptrace(traceRequest.untilSyscall, thread, 0, signal) !== -1;
}

/** Leaves a thread stopped as the process is, but hears of what happens to it. */
export function listen(thread: number): void {
  libc().ptrace(traceRequest.listen, thread, 0, 0);
}

/** Lets a stopped thread go for good, giving it `signal` (0: none). False if it does not stand still, or is gone. */
export function detach(thread: number, signal: number): boolean {
  return libc().ptrace(traceRequest.detach, thread, 0, signal) !== -1;
}

/** Writes eight bytes into the memory of a stopped thread, also where the program itself may not. @throws KernelError if it is gone. */
export function writeWord(thread: number, address: number, word: bigint): void {
  checked('PTRACE_POKEDATA', libc().ptraceWord(traceRequest.writeWord, thread, address, word));
}

/** The thread that a stopped thread has just made. */
export function madeThread(thread: number): number {
  const message = new Uint8Array(8);
  checked('PTRACE_GETEVENTMSG', libc().ptraceOn(traceRequest.eventMessage, thread, 0, message));
  return Number(new DataView(message.buffer).getBigUint64(0, true));
}

/** The registers of a stopped thread, as user_regs_struct. @throws KernelError if it is gone. */
export function readRegisters(thread: number): DataView<ArrayBuffer> {
  const bytes = new Uint8Array(registers.bytes);
  checked('PTRACE_GETREGS', libc().ptraceOn(traceRequest.getRegisters, thread, 0, bytes));
  return new DataView(bytes.buffer);
}

/** Sets the registers of a stopped thread. @throws KernelError if it is gone. */
export function writeRegisters(thread: number, values: DataView<ArrayBuffer>): void {
  checked('PTRACE_SETREGS', libc().ptraceOn(traceRequest.setRegisters, thread, 0, new Uint8Array(values.buffer)));
}

/** Whether registers are those of a 32-bit program. */
export function is32Bit(values: DataView<ArrayBuffer>): boolean {
  return values.getBigUint64(registers.cs, true) === BigInt(segment32);
}

/** The signals that a stopped thread holds back, eight bytes. @throws KernelError if it is gone. */
export function readSignalMask(thread: number): Uint8Array<ArrayBuffer> {
  const mask = new Uint8Array(8);
  checked('PTRACE_GETSIGMASK', libc().ptraceOn(traceRequest.getSignalMask, thread, mask.length, mask));
  return mask;
}

/** @throws KernelError if the thread is gone. */
export function writeSignalMask(thread: number, mask: Uint8Array<ArrayBuffer>): void {
  checked('PTRACE_SETSIGMASK', libc().ptraceOn(traceRequest.setSignalMask, thread, mask.length, mask));
}

const info = new Uint8Array(syscallInfo.bytes);
const infoView = new DataView(info.buffer);

/** Where a thread that stopped at a system call stands; the arguments of an entry are read with `syscallArgument`. */
export function syscallState(thread: number): SyscallState {
  const size = libc().ptraceOn(traceRequest.syscallInfo, thread, syscallInfo.bytes, info);
  if (size === -1) return { kind: 'none' };
  const operation = info[syscallInfo.operation];
  if (operation === syscallInfo.entry) return { kind: 'entry', number: at(syscallInfo.number) };
  return operation === syscallInfo.exit ? { kind: 'exit', result: at(syscallInfo.result) } : { kind: 'none' };
}

/** An argument, from 0, of the system call that `syscallState` last found at its entry. */
export function syscallArgument(index: number): number {
  return at(syscallInfo.arguments + 8 * index);
}

function at(offset: number): number {
  return Number(infoView.getBigInt64(offset, true));
}

const status = new Int32Array(1);
const interrupted = 'EINTR';
const nobody = 'ECHILD';

/**
 * Waits until something happens to a thread that this thread of ours traces, or to a process that this thread of ours started.
 * @returns null if a signal ended the wait, `none` if there is nobody left to wait for.
 * @throws KernelError if waiting fails.
 */
export function waitForStop(): Stop | null | 'none' {
  const thread = libc().waitpid(-1, status, waitOption.all | waitOption.ownThread);
  if (thread > 0) return decode(thread, status[0] as number);
  const errno = libc().errno();
  const name = errnoName(errno);
  if (name === interrupted) return null;
  if (name === nobody) return 'none';
  throw KernelError.of('waitpid', errno);
}

/** Waits for one thread, or until a child that is not traced yet is stopped. @throws KernelError if it is not ours to wait for. */
export function waitForThread(thread: number): Stop {
  for (;;) {
    const found = libc().waitpid(thread, status, waitOption.all | waitOption.stopped);
    if (found > 0) return decode(found, status[0] as number);
    const errno = libc().errno();
    if (errnoName(errno) !== interrupted) throw KernelError.of('waitpid', errno);
  }
}

function decode(thread: number, word: number): Stop {
  const low = word & 0x7f;
  if (low !== 0x7f) return { kind: 'exited', thread, code: (word >> 8) & 0xff, signal: low };
  const signal = (word >> 8) & 0xff;
  const event = (word >> 16) & 0xff;
  if (event === traceEvent.clone) return { kind: 'clone', thread };
  if (event === traceEvent.exec) return { kind: 'exec', thread };
  if (event === traceEvent.stop) {
    return stopSignals.includes(signal) ? { kind: 'stopped', thread, signal } : { kind: 'interrupted', thread };
  }
  return signal === syscallStop ? { kind: 'syscall', thread } : { kind: 'signal', thread, signal };
}
