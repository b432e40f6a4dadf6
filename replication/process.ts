import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type Address, parseAddress } from './address.js';
import { ReplicationError } from './error.js';

/** A primary or standby in a process of its own. */
export interface ServerProcess {
  readonly address: Address;
  /** Asks it to end, and waits until it has. */
  end(): Promise<void>;
}

/** How long a server may take to end when asked, in milliseconds. */
const farewellMs = 5000;

/**
 * Starts a server and waits until it is ready. `command` is what dirtybench is run with.
 * @throws ReplicationError with what it said last if it ends instead.
 */
export async function startServer(command: readonly string[], args: readonly string[]): Promise<ServerProcess> {
  const [program = process.execPath, ...first] = command;
  const child = spawn(program, [...first, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  // This process may end before it is done with the server.
  const orphan = () => child.kill('SIGKILL');
  process.once('exit', orphan);
  closed.then(() => process.off('exit', orphan));
  let last = '';
  child.stderr.on('data', (chunk: Buffer) => {
    last = chunk.toString().trim();
  });
  try {
    const address = await new Promise<Address>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const [, text] = /^ready: \w+ on ([^ ,]+)/.exec(line) ?? [];
        if (text !== undefined) resolve(parseAddress(text));
      });
      child.on('error', reject);
      closed.then(() => reject(new ReplicationError(`${args[0]} ended before it was ready: ${last}`)));
    });
    return { address, end: () => end(child, closed) };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

async function end(child: ChildProcess, closed: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), farewellMs);
  await closed;
  clearTimeout(impatience);
}
