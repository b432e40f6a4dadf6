import { registers } from '../kernel/ptrace-abi.js';
import { syscallNumber } from './syscalls.js';

/**
 * Bytes of a stub: whole words, since the kernel writes them one by one. Stubs that killed recorders have left in a process are told by how they
 * begin (`looksLikeStub`), and are this far apart: with another size or beginning, those of an older dirtybench are no longer known.
 */
export const stubBytes = 144;

/** SIG_SETMASK of rt_sigprocmask. */
const setMask = 2;
const maskBytes = 8;
/** Where in a stub the address is at which its thread goes on. */
const targetAt = stubBytes - maskBytes - 8;
/**
 * The kernel's own errors, ERESTARTSYS, ERESTARTNOINTR and ERESTARTNOHAND: a call that was interrupted is made again by the kernel once it is
 * back in the program.
 */
const restartCall: readonly bigint[] = [-512n, -513n, -514n];
/** ERESTART_RESTARTBLOCK: it is gone on with by another call, `restart_syscall`. */
const restartByBlock = -516n;
const syscallInstruction = [0x0f, 0x05] as const;

/**
 * Code for a thread that is to open a userfaultfd with a system call of its own: with the registers set for that call, it makes it,
 * closes what it opened, restores its signal mask, puts back every register that this has changed, and goes on where it stood. It
 * neither touches the stack nor changes a flag: it may be interrupted by a signal, and needs nobody to watch it.
 * @param saved its registers as they are to be again
 * @param mask the signals that it holds back, as they are to be again
 * @param address where the code will be
 */
export function restoringStub(saved: DataView, mask: Uint8Array, address: number): Uint8Array<ArrayBuffer> {
  const { rax, rip } = resumption(saved);
  const at = (offset: number) => saved.getBigUint64(offset, true);
  const maskAt = stubBytes - maskBytes;
  const code = [
    ...syscallInstruction,
    ...[0x89, 0xc7], // mov edi, eax
    ...[0xb8, ...word(call('close'))], // mov eax, close
    ...syscallInstruction,
    ...[0xb8, ...word(call('rt_sigprocmask'))], // mov eax, rt_sigprocmask
    ...[0xbf, ...word(setMask)], // mov edi, SIG_SETMASK
    ...[0x48, 0xbe, ...quad(BigInt(address + maskAt))], // mov rsi, the mask
    ...[0xba, ...word(0)], // mov edx, 0
    ...[0x41, 0xba, ...word(maskBytes)], // mov r10d, 8
    ...syscallInstruction,
    ...[0x48, 0xb8, ...quad(rax)],
    ...[0x48, 0xb9, ...quad(at(registers.rcx))],
    ...[0x48, 0xba, ...quad(at(registers.rdx))],
    ...[0x48, 0xbe, ...quad(at(registers.rsi))],
    ...[0x48, 0xbf, ...quad(at(registers.rdi))],
    ...[0x49, 0xba, ...quad(at(registers.r10))],
    ...[0x49, 0xbb, ...quad(at(registers.r11))],
  ];
  const afterJump = code.length + 6;
  const bytes = new Uint8Array(stubBytes);
  bytes.set([...code, 0xff, 0x25, ...word(targetAt - afterJump)]); // jmp [the target]
  bytes.set(quad(rip), targetAt);
  bytes.set(mask, maskAt);
  return bytes;
}

/**
 * Where a thread goes on and with which result: an interrupted call is made again. The kernel does that by itself only with the
 * registers as they were at the interruption, which a stub cannot bring about.
 */
function resumption(saved: DataView): { rax: bigint; rip: bigint } {
  const rip = saved.getBigUint64(registers.rip, true);
  const original = saved.getBigInt64(registers.originalRax, true);
  const result = saved.getBigInt64(registers.rax, true);
  const again = rip - BigInt(syscallInstruction.length);
  if (original >= 0n && restartCall.includes(result)) return { rax: original, rip: again };
  if (original >= 0n && result === restartByBlock) return { rax: BigInt(call('restart_syscall')), rip: again };
  return { rax: BigInt.asUintN(64, result), rip };
}

/** Whether these bytes begin as a stub does: one that a recorder that was killed has left behind. */
export function looksLikeStub(bytes: Uint8Array): boolean {
  return [...syscallInstruction, 0x89, 0xc7, 0xb8].every((byte, index) => bytes[index] === byte);
}

/** Where the thread in a stub goes on. */
export function targetOf(stub: Uint8Array): number {
  return Number(new DataView(stub.buffer, stub.byteOffset).getBigUint64(targetAt, true));
}

function call(name: string): number {
  const number = syscallNumber(name);
  if (number === undefined) throw new Error(`${name} is missing from the list of system calls`);
  return number;
}

function word(value: number): number[] {
  return [...new Uint8Array(Uint32Array.of(value).buffer)];
}

function quad(value: bigint): number[] {
  return [...new Uint8Array(BigUint64Array.of(value).buffer)];
}
