import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type Address, parseAddress } from './address.js';
import { ReplicationError } from './error.js';

/** A primary or standby in a process of its own. */
export interface ServerProcess {
  readonly address: Address;
  readonly pid: number;
  /** What it said when it was ready. */
  readonly ready: string;
  /** Resolves when it has ended, however. */
  readonly ended: Promise<void>;
  /** Sends it a signal: SIGKILL ends it at once, in the middle of whatever it does. */
  signal(name: NodeJS.Signals): void;
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
    const ready = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (line.startsWith('ready: ')) resolve(line);
      });
      child.on('error', reject);
      closed.then(() => reject(new ReplicationError(`${args[0]} ended before it was ready: ${last}`)));
    });
    return {
      address: addressIn(ready, 'on'),
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
 * The address that stands after a word in a ready line.
 * @throws ReplicationError if there is none.
 */
export function addressIn(ready: string, word: string): Address {
  const [, text] = new RegExp(` ${word} ([^ ,]+)`).exec(ready) ?? [];
  if (text === undefined) throw new ReplicationError(`no address after '${word}' in '${ready}'`);
  return parseAddress(text);
}

async function end(child: ChildProcess, closed: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), farewellMs);
  await closed;
  clearTimeout(impatience);
}
