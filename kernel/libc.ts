import { createRequire } from 'node:module';
import { KernelError } from './error.js';

type Koffi = typeof import('koffi');

/**
 * The calls into the C library that everything here is made of. Addresses and sizes are numbers: user addresses have 47
 * bits. Each returns -1 on failure, with the error number in `errno`.
 */
export interface Libc {
  open(path: string, flags: number): number;
  close(descriptor: number): number;
  read(descriptor: number, buffer: number, bytes: number): number;
  pread(descriptor: number, buffer: number, bytes: number, offset: number): number;
  write(descriptor: number, buffer: Uint8Array, bytes: number): number;
  poll(descriptors: Uint8Array, count: number, timeoutMs: number): number;
  send(descriptor: number, bytes: Uint8Array, count: number, flags: number): number;
  recv(descriptor: number, into: Uint8Array, bytes: number, flags: number): number;
  eventfd(initial: number, flags: number): number;
  mmap(address: number, bytes: number, protection: number, flags: number, descriptor: number, offset: number): number;
  munmap(address: number, bytes: number): number;
  madvise(address: number, bytes: number, advice: number): number;
  syscall(number: number, argument: number): number;
  /** A call that the library has no function for, with up to four arguments. */
  syscallWith(number: number, first: number, second: number, third: number, fourth: number): number;
  ptrace(request: number, thread: number, address: number, data: number): number;
  /** A ptrace request whose data is a struct in JavaScript memory. */
  ptraceOn(request: number, thread: number, address: number, data: Uint8Array): number;
  /** A ptrace request whose data is a word of 64 bits. */
  ptraceWord(request: number, thread: number, address: number, data: bigint): number;
  waitpid(thread: number, status: Int32Array, options: number): number;
  /** Lets calls that `signal` interrupts return (1) or go on (0). */
  siginterrupt(signal: number, interrupts: number): number;
  /** Returns an error number, or 0, and the new process in `pid`; the lists end with null. */
  posixSpawn(
    pid: Int32Array,
    path: string,
    actions: null,
    attributes: null,
    args: readonly (string | null)[],
    environment: readonly (string | null)[],
  ): number;
  /** An ioctl whose argument is a number, or the address of a struct. */
  ioctl(descriptor: number, request: number, argument: number): number;
  /** An ioctl whose argument is a struct in JavaScript memory. */
  ioctlOn(descriptor: number, request: number, struct: Uint8Array): number;
  /** The error number of this thread's last failed call. */
  errno(): number;
  /** The memory at `address` as a buffer. A view of 4 GiB or more, or of address 0, ends the process. */
  view(address: number, bytes: number): ArrayBuffer;
}

let loaded: Libc | undefined;

/**
 * The C library, loaded at the first call: importing this module is safe on every machine.
 * @throws KernelError if this is not Linux on x86-64, or koffi cannot be loaded.
 */
export function libc(): Libc {
  loaded ??= load();
  return loaded;
}

function load(): Libc {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    const here = `this is ${process.platform} on ${process.arch}`;
    throw new KernelError('real guests', '', here, 'they need Linux on x86-64; simulated guests run everywhere');
  }
  const koffi = loadKoffi();
  const library = koffi.load(null);
  return {
    open: library.func('int open(const char *path, int flags)'),
    close: library.func('int close(int fd)'),
    read: library.func('int64_t read(int fd, uint64_t buffer, uint64_t bytes)'),
    pread: library.func('int64_t pread(int fd, uint64_t buffer, uint64_t bytes, int64_t offset)'),
    write: library.func('int64_t write(int fd, void *buffer, uint64_t bytes)'),
    poll: library.func('int poll(void *fds, uint64_t count, int timeout)'),
    send: library.func('int64_t send(int fd, void *bytes, uint64_t count, int flags)'),
    recv: library.func('int64_t recv(int fd, void *into, uint64_t bytes, int flags)'),
    eventfd: library.func('int eventfd(unsigned int initial, int flags)'),
    mmap: library.func('int64_t mmap(uint64_t address, uint64_t bytes, int prot, int flags, int fd, int64_t offset)'),
    munmap: library.func('int munmap(uint64_t address, uint64_t bytes)'),
    madvise: library.func('int madvise(uint64_t address, uint64_t bytes, int advice)'),
    syscall: library.func('int64_t syscall(int64_t number, uint64_t argument)'),
    syscallWith: library.func('int64_t syscall(int64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d)'),
    ptrace: library.func('int64_t ptrace(int64_t request, int64_t pid, uint64_t address, uint64_t data)'),
    ptraceWord: library.func('int64_t ptrace(int64_t request, int64_t pid, uint64_t address, uint64_t data)'),
    ptraceOn: library.func('int64_t ptrace(int64_t request, int64_t pid, uint64_t address, void *data)'),
    waitpid: library.func('int waitpid(int pid, void *status, int options)'),
    siginterrupt: library.func('int siginterrupt(int signal, int interrupts)'),
    posixSpawn: library.func(
      'int posix_spawn(void *pid, const char *path, void *actions, void *attributes, const char **argv, const char **envp)',
    ),
    ioctl: library.func('int ioctl(int fd, uint64_t request, uint64_t argument)'),
    ioctlOn: library.func('int ioctl(int fd, uint64_t request, void *argument)'),
    errno: () => koffi.errno(),
    view: (address, bytes) => koffi.view(BigInt(address), bytes),
  };
}

function loadKoffi(): Koffi {
  try {
    return createRequire(import.meta.url)('koffi') as Koffi;
  } catch (error) {
    const [why = ''] = String(error instanceof Error ? error.message : error).split('\n');
    throw new KernelError('real guests', '', `koffi cannot be loaded (${why})`, 'npm install, with optional packages');
  }
}

/**
 * Passes on what `call` returned.
 * @throws KernelError if it is -1.
 */
export function checked(call: string, result: number): number {
  if (result === -1) throw KernelError.of(call, libc().errno());
  return result;
}
