import { readFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Address } from '../../replication/address.js';
import { type Ready, whenReady } from '../../replication/ready.js';
import { type Ended, start } from '../scripts/command.js';

const patienceMs = 30_000;

/** A server of dirtybench in a process of its own; it is ended with the test. */
export interface RunningServer {
  readonly address: Address;
  /** What it told this process when it was ready. */
  readonly ready: Ready;
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** What it has said so far. */
  lines(): string[];
  /** Resolves with the first line that matches, said already or later. */
  line(pattern: RegExp): Promise<string>;
  signal(name: NodeJS.Signals): void;
  residentBytes(): number;
}

/** Starts `dirtybench ...args` and waits until it says that it is ready. */
export async function serve(...args: string[]): Promise<RunningServer> {
  const { process: child, ended } = start(args, '.', process.env, ['ignore', 'pipe', 'pipe', 'ipc']);
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const lines: string[] = [];
  let rest = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  const line = (pattern: RegExp) =>
    until(() => lines.find((said) => pattern.test(said)), `a line like ${pattern}`, lines);
  const failed = ended.then(({ code, stderr }) => {
    throw new Error(`dirtybench ${args.join(' ')} ended with ${code}: ${stderr}`);
  });
  failed.catch(() => {});
  const ready = await Promise.race([whenReady(child), failed]);
  return {
    address: ready.address,
    ready,
    pid: child.pid ?? 0,
    ended,
    lines: () => lines,
    line,
    signal: (name) => child.kill(name),
    residentBytes: () => residentBytes(child.pid ?? 0),
  };
}

/** Where netperf connects to a server that was started with a port for it. */
export function netperfAddress({ ready }: RunningServer): Address {
  if (ready.role === 'primary' && ready.netperfAddress !== null) return ready.netperfAddress;
  throw new Error('it was started without --netperf-port');
}

/** Waits until `look` finds something. */
export async function until<T>(
  look: () => T | undefined | Promise<T | undefined>,
  what: string,
  said: readonly string[] = [],
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}; said: ${said.join(' | ')}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Connects to a port as a stranger would; the connection is dropped with the test. */
export function dial({ host, port }: Address): Promise<Socket> {
  const socket = createConnection({ host, port });
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on('error', () => {});
  return new Promise((resolve) => socket.on('connect', () => resolve(socket)));
}

/** Bytes of memory that a process holds. */
function residentBytes(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}
