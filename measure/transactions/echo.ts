import { createServer } from 'node:net';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { StreamSocket } from '../../kernel/socket.js';
import { descriptorOf } from '../../replication/wire/direct.js';

/** How a process waits for what comes next: asleep in the kernel, or looking again and again. */
export const waitings = ['blocking', 'polling'] as const;

/** A way to wait. */
export type Waiting = (typeof waitings)[number];

/** Longest that either side of an exchange sleeps, in milliseconds, before it looks whether the other is still there. */
const sleepMs = 1000;

/**
 * Waits for so many bytes, into the start of `into`.
 * @returns false if the connection was over before.
 */
export function receiveAll(socket: StreamSocket, into: Buffer, waiting: Waiting): boolean {
  let filled = 0;
  while (filled < into.length) {
    const received = socket.receive(into.subarray(filled));
    if (received === 'ended') return false;
    if (typeof received === 'number') filled += received;
    else if (waiting === 'blocking') socket.wait(sleepMs);
  }
  return true;
}

/** Sends all of it, however often the kernel has no room. */
export function sendAll(socket: StreamSocket, bytes: Buffer): void {
  let sent = 0;
  while (sent < bytes.length) sent += socket.send(bytes.subarray(sent));
}

const count = z.coerce.number().pipe(z.int().positive());
const argumentsSchema = z.tuple([z.enum(waitings), count, count]);

/** What the other side of an exchange tells the process that started it, over their channel: its port on loopback. */
export const listeningSchema = z.strictObject({ port: z.int().positive() });

type Listening = z.infer<typeof listeningSchema>;

/**
 * The other side of an exchange (floor.ts), a program of its own: says where it listens, and answers every message of so many
 * bytes by one of so many, in system calls alone, until the connection is over.
 */
function echo(args: readonly string[]): void {
  const [waiting, messageBytes, answerBytes] = argumentsSchema.parse(args);
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (connection) => {
    server.close();
    const descriptor = descriptorOf(connection);
    if (descriptor !== null) {
      const socket = new StreamSocket(descriptor);
      const [message, answer] = [Buffer.alloc(messageBytes), Buffer.alloc(answerBytes)];
      while (receiveAll(socket, message, waiting)) sendAll(socket, answer);
    }
    connection.destroy();
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    const listening: Listening = { port: typeof address === 'object' && address !== null ? address.port : 0 };
    // Whoever started it may be gone by now.
    process.send?.(listening, undefined, undefined, () => {});
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) echo(process.argv.slice(2));
