import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Address } from './address.js';
import { ReplicationError } from './error.js';
import { type Ready, whenReady } from './ready.js';

/** A primary or standby in a process of its own. */
export interface ServerProcess {
  readonly address: Address;
  readonly pid: number;
  /** What it said when it was ready. */
  readonly ready: Ready;
  /** Resolves when it has ended, however. */
  readonly ended: Promise<void>;
  /** Sends it a signal: SIGKILL ends it at once, in the middle of whatever it does. */
  signal(name: NodeJS.Signals): void;
  /** Asks it to end, and waits until it has. */
  end(): Promise<void>;
}

/** A primary's guest, and how its writes are tracked. */
export interface PrimaryGuest {
  /** Kind of guest, as for `--guest`. */
  readonly guest: string;
  /** Name of a mode (`guest/modes.ts`): how its writes are tracked, or `none`. */
  readonly mode: string;
  readonly memoryBytes: number;
  readonly workload: string;
  readonly pagesPerTransaction: number;
  readonly seed: number;
}

/** The words that start a primary of this guest on any free port; `more` are further flags. */
export function primaryArguments(of: PrimaryGuest, ...more: readonly string[]): string[] {
  const flags = {
    '--port': 0,
    '--guest': of.guest,
    '--tracker': of.mode,
    '--memory': of.memoryBytes,
    '--workload': of.workload,
    '--pages': of.pagesPerTransaction,
    '--seed': of.seed,
  };
  return ['primary', ...Object.entries(flags).flatMap(([flag, value]) => [flag, String(value)]), ...more];
}

/** How long a server may take to end when asked, in milliseconds. */
const endTimeoutMs = 5000;

/**
 * Starts a server and waits until it is ready. `command` is what dirtybench is run with.
 * @throws ReplicationError with what it said last if it ends instead.
 */
export async function startServer(command: readonly string[], args: readonly string[]): Promise<ServerProcess> {
  const [program = process.execPath, ...first] = command;
  const child = spawn(program, [...first, ...args], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  // Rejects if it cannot be started.
  const closed = once(child, 'close');
  // This process may end before it is done with the server.
  const orphan = () => child.kill('SIGKILL');
  const forget = () => process.off('exit', orphan);
  process.once('exit', orphan);
  closed.then(forget, forget);
  let last = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    last = chunk.toString().trim();
  });
  try {
    const ready = await Promise.race([
      whenReady(child),
      closed.then(() => Promise.reject(new ReplicationError(`${args[0]} ended before it was ready: ${last}`))),
    ]);
    return {
      address: ready.address,
      pid: child.pid ?? 0,
      ready,
      ended: closed.then(() => {}),
      signal: (name) => child.kill(name),
      end: () => end(child, closed),
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/**
 * Where a standby serves clients once it has taken over.
 * @throws ReplicationError if the server is none that takes over.
 */
export function servingAddress({ ready }: Pick<ServerProcess, 'ready'>): Address {
  if (ready.role === 'standby' && ready.servingAddress !== null) return ready.servingAddress;
  throw new ReplicationError(`the ${ready.role} does not take over: start a standby with --serve-port`);
}

async function end(child: ChildProcess, closed: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), endTimeoutMs);
  await closed;
  clearTimeout(impatience);
}
