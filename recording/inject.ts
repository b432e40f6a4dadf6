import { constants } from 'node:os';
import { KernelError } from '../kernel/error.js';
import { registers } from '../kernel/ptrace-abi.js';
import {
  interrupt,
  is32Bit,
  readRegisters,
  readSignalMask,
  resume,
  syscallState,
  waitForThread,
  writeRegisters,
  writeSignalMask,
} from '../kernel/tracee.js';
import { RecordingError } from './problem.js';
import { restoringStub } from './stub.js';
import { StubPlace } from './stub-place.js';

/** What has just been done to a thread that makes a call for us, in this order. */
export const moments = [
  'code written',
  'registers set',
  'signals held',
  'opening',
  'opened',
  'taken',
  'closing',
  'closed',
  'to be stopped',
  'signals let go',
  'registers back',
  'code removed',
] as const;
/** One of `moments`. */
export type Moment = (typeof moments)[number];

/** A system call with one argument that opens a descriptor. */
export interface OpeningCall {
  readonly name: string;
  readonly number: number;
  readonly argument: number;
}

/** Signals are held back while a thread is away from its own code; what comes in meanwhile is delivered afterwards. */
const holdBack = new Uint8Array(8).fill(0xff);
/** After so many stops a thread must have come to the end of the call: there are its entry, its exit, and signals in between. */
const mostStops = 64;

/**
 * Has a stopped thread of process `pid` make a call that opens a descriptor, gives the descriptor to `take`, and has the thread
 * close it again. The thread must not stand at the entry of a system call, nor where it makes another thread. Once it is resumed it stops
 * again before it runs on, and a wait reports that as `interrupted`, or as `stopped` where its process is stopped.
 *
 * If this process is killed at whatever moment (`at` is told of each, for those who want to try), the thread finishes by itself and
 * goes on where it stood: its registers are changed at a single stroke, to run code that puts them back.
 * @returns what `take` returns.
 * @throws KernelError if the call failed, or the thread is gone; RecordingError for a program that this cannot be done with; what
 *   `take` throws.
 */
export function inject<T>(
  pid: number,
  thread: number,
  call: OpeningCall,
  take: (descriptor: number) => T,
  at: (moment: Moment) => void = () => {},
): T {
  const saved = readRegisters(thread);
  if (is32Bit(saved)) throw new RecordingError(`process ${pid} is a 32-bit program: only 64-bit programs are recorded`);
  const mask = readSignalMask(thread);
  const place = StubPlace.find(pid, thread);
  place.write(restoringStub(saved, mask, place.address));
  at('code written');
  try {
    writeRegisters(thread, calling(saved, place.address, call));
    at('registers set');
    // Not before: the stub restores the signal mask, the program's own code would not.
    writeSignalMask(thread, holdBack);
    at('signals held');
    const descriptor = runCall(thread, call.name, () => at('opening'));
    at('opened');
    try {
      if (descriptor < 0) throw KernelError.of(call.name, -descriptor);
      const taken = take(descriptor);
      at('taken');
      return taken;
    } finally {
      runCall(thread, 'close', () => at('closing'));
      at('closed');
    }
  } finally {
    // The kernel makes an interrupted call again only on its way back from a signal or a stop. This stop has it do so after the registers are
    // put back.
    interrupt(thread);
    at('to be stopped');
    writeSignalMask(thread, mask);
    at('signals let go');
    writeRegisters(thread, saved);
    at('registers back');
    place.clear();
    at('code removed');
  }
}

/** Whether a stopped thread is in a system call, at its begin, its end or in between. */
export function isInCall(thread: number): boolean {
  return readRegisters(thread).getBigInt64(registers.originalRax, true) >= 0n;
}

function calling(saved: DataView<ArrayBuffer>, address: number, { number, argument }: OpeningCall) {
  const changed = new DataView(saved.buffer.slice(0));
  changed.setBigUint64(registers.rip, BigInt(address), true);
  changed.setBigUint64(registers.rax, BigInt(number), true);
  changed.setBigUint64(registers.rdi, BigInt(argument), true);
  // No call is under way, as far as the kernel shall know: it would restart an interrupted one instead.
  changed.setBigInt64(registers.originalRax, -1n, true);
  return changed;
}

/** Lets a thread run through the next system call of the code, and stands at its exit with what it returned. */
function runCall(thread: number, call: string, entered: () => void): number {
  let signal = 0;
  for (let stops = 0; stops < mostStops; stops++) {
    resume(thread, signal);
    const stop = waitForThread(thread);
    if (stop.kind === 'exited') throw KernelError.of(call, constants.errno.ESRCH);
    // SIGSTOP cannot be held back: it shall stop the process all the same.
    signal = stop.kind === 'signal' ? stop.signal : 0;
    if (stop.kind !== 'syscall') continue;
    const state = syscallState(thread);
    if (state.kind === 'exit') return state.result;
    entered();
  }
  throw new KernelError(call, 'EINTR', `thread ${thread} did not come to make it`, 'trying again');
}
