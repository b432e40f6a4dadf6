/** The kernel's interface to the threads of another process (linux/ptrace.h, x86-64). */

/** PTRACE_*: the requests used here. */
export const traceRequest = {
  writeWord: 5,
  getRegisters: 12,
  setRegisters: 13,
  detach: 17,
  untilSyscall: 24,
  eventMessage: 0x4201,
  seize: 0x4206,
  interrupt: 0x4207,
  listen: 0x4208,
  getSignalMask: 0x420a,
  setSignalMask: 0x420b,
  syscallInfo: 0x420e,
} as const;

/** PTRACE_O_*: system calls are told from signals, new threads are traced too, and a new program is reported. */
export const traceOption = { syscallsApart: 1, clone: 8, exec: 16 } as const;

/** PTRACE_EVENT_*: what a stop is about, in the third byte of its status. */
export const traceEvent = { clone: 3, exec: 4, stop: 128 } as const;

/** struct user_regs_struct: 27 u64; the byte offsets of those used here. */
export const registers = {
  bytes: 216,
  r11: 48,
  r10: 56,
  rax: 80,
  rcx: 88,
  rdx: 96,
  rsi: 104,
  rdi: 112,
  originalRax: 120,
  rip: 128,
  cs: 136,
} as const;

/** Code segment of a 32-bit program. */
export const segment32 = 0x23;

/**
 * struct ptrace_syscall_info: byte offsets of the operation, which is `entry` or `exit`, and of what follows: for an entry the number
 * and six arguments, for an exit the result.
 */
export const syscallInfo = {
  bytes: 88,
  operation: 0,
  number: 24,
  arguments: 32,
  result: 24,
  entry: 1,
  exit: 2,
} as const;

/** Numbers of the signals that stops are told by. */
export const traceSignal = { trap: 5, stop: 19, terminalStop: 20, terminalInput: 21, terminalOutput: 22 } as const;
/** Signal of a stop at a system call, told from SIGTRAP by bit 7 (PTRACE_O_TRACESYSGOOD). */
export const syscallStop = traceSignal.trap | 0x80;

/**
 * Options of waitpid: also stops of children that are not traced (WUNTRACED); also threads of other processes (__WALL); none that another
 * thread of ours traces or has started (__WNOTHREAD).
 */
export const waitOption = { stopped: 2, all: 0x40000000, ownThread: 0x20000000 } as const;

/** Numbers of system calls made here by number. */
export const callNumber = { getTid: 186, threadKill: 234, pidfdOpen: 434, pidfdGetfd: 438 } as const;
