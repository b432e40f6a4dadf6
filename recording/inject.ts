import { closeSync, openSync, readSync } from 'node:fs';
import { errnoName, KernelError } from '../kernel/error.js';
import { registers, traceSignal } from '../kernel/ptrace-abi.js';
import {
  is32Bit,
  readRegisters,
  readSignalMask,
  step,
  waitForThread,
  writeRegisters,
  writeSignalMask,
} from '../kernel/tracee.js';
import { readMaps } from './maps.js';
import { RecordingError } from './problem.js';

/** Every signal but SIGTRAP, by which a step ends; what comes in meanwhile is delivered afterwards. */
const holdBack = new Uint8Array(8).fill(0xff);
holdBack[0] = 0xff & ~(1 << (traceSignal.trap - 1));

/** Steps that a single call may need, with stops in between that are not its own. */
const mostSteps = 64;

/**
 * Makes a stopped thread of process `pid` do a system call, as if it had called for it itself, and puts its registers back.
 * The thread must not stand at the entry of a system call: the injected one would not be made.
 * @returns what the call returned.
 * @throws KernelError if it failed, or the thread is gone; RecordingError for a 32-bit program.
 */
export function inject(pid: number, thread: number, call: string, number: number, first: number, second = 0): number {
  const saved = readRegisters(thread);
  if (is32Bit(saved)) throw new RecordingError(`process ${pid} is a 32-bit program: only 64-bit programs are recorded`);
  const site = BigInt(syscallSite(pid));
  const mask = readSignalMask(thread);
  const changed = new DataView(saved.buffer.slice(0));
  changed.setBigUint64(registers.rip, site, true);
  changed.setBigUint64(registers.rax, BigInt(number), true);
  // No call is under way, as far as the kernel shall know: it would restart an interrupted one instead.
  changed.setBigInt64(registers.originalRax, -1n, true);
  changed.setBigUint64(registers.rdi, BigInt(first), true);
  changed.setBigUint64(registers.rsi, BigInt(second), true);
  writeSignalMask(thread, holdBack);
  writeRegisters(thread, changed);
  try {
    const after = stepOver(thread, site, call);
    const result = Number(after.getBigInt64(registers.rax, true));
    if (result < 0) throw KernelError.of(call, -result);
    return result;
  } finally {
    writeRegisters(thread, saved);
    writeSignalMask(thread, mask);
  }
}

function stepOver(thread: number, site: bigint, call: string): DataView<ArrayBuffer> {
  for (let steps = 0; steps < mostSteps; steps++) {
    step(thread);
    const stop = waitForThread(thread);
    if (stop.kind === 'exited') throw KernelError.of(call, 3);
    const after = readRegisters(thread);
    if (after.getBigUint64(registers.rip, true) !== site) return after;
  }
  throw new KernelError(call, errnoName(4), `thread ${thread} did not come to make it`, 'trying again');
}

/** The address of a `syscall` instruction in process `pid`: there is one in the page that the kernel maps into each. */
function syscallSite(pid: number): number {
  const range = readMaps(pid).find(({ name }) => name === '[vdso]');
  if (range === undefined) throw new RecordingError(`process ${pid} has no [vdso]: its memory cannot be watched`);
  const code = Buffer.alloc(range.end - range.start);
  const file = openSync(`/proc/${pid}/mem`, 'r');
  try {
    readSync(file, code, 0, code.length, range.start);
  } finally {
    closeSync(file);
  }
  const at = code.indexOf(Buffer.of(0x0f, 0x05));
  if (at === -1)
    throw new RecordingError(`process ${pid} has no system call in its [vdso]: its memory cannot be watched`);
  return range.start + at;
}
