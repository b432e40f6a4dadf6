import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { medianOf } from '../../base/median.js';
import { KernelError } from '../../kernel/error.js';
import { libc } from '../../kernel/libc.js';
import { StreamSocket } from '../../kernel/socket.js';
import { now } from '../../replication/clock.js';
import { descriptorOf } from '../../replication/wire/direct.js';
import type { Floor } from '../../results/transactions.js';
import type { Listening } from './echo.js';
import { receiveAll, sendAll, type Waiting } from './exchange.js';

/** Nanoseconds for which exchanges are made before they count, and while they do. */
const warmupNs = 30e6;
const measuredNs = 60e6;

const listeningSchema: z.ZodType<Listening> = z.strictObject({ port: z.int().positive() });

/**
 * What a synchronisation cannot do without: a message of so many bytes to another process of this machine, and its answer,
 * with nothing done on either side but to wait for it. Null where system calls cannot be made. This process does nothing
 * else meanwhile, for some two tenths of a second.
 */
export async function measureFloor(messageBytes: number, answerBytes: number): Promise<Floor | null> {
  try {
    libc();
  } catch (error) {
    if (error instanceof KernelError) return null;
    throw error;
  }
  const blockingNs = await exchange('blocking', messageBytes, answerBytes);
  const pollingNs = await exchange('polling', messageBytes, answerBytes);
  return blockingNs === null || pollingNs === null ? null : { messageBytes, answerBytes, blockingNs, pollingNs };
}

/** The median of many exchanges, in nanoseconds; null if the other side is gone. */
async function exchange(waiting: Waiting, messageBytes: number, answerBytes: number): Promise<number | null> {
  const script = fileURLToPath(new URL('./echo.js', import.meta.url));
  const echo = spawn(process.execPath, [script, waiting, String(messageBytes), String(answerBytes)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(echo, 'close');
  try {
    const [said] = await Promise.race([once(echo, 'message'), ended]);
    const listening = listeningSchema.safeParse(said);
    if (!listening.success) return null;
    const connection = createConnection({ host: '127.0.0.1', port: listening.data.port, noDelay: true });
    connection.pause();
    await once(connection, 'connect');
    const descriptor = descriptorOf(connection);
    const times =
      descriptor === null ? [] : exchanges(new StreamSocket(descriptor), waiting, messageBytes, answerBytes);
    connection.destroy();
    return medianOf(times);
  } finally {
    echo.kill('SIGKILL');
    await ended;
  }
}

function exchanges(socket: StreamSocket, waiting: Waiting, messageBytes: number, answerBytes: number): number[] {
  const [message, answer] = [Buffer.alloc(messageBytes), Buffer.alloc(answerBytes)];
  const times: number[] = [];
  const begunNs = now();
  // On a busy machine a single exchange may take longer than all of this.
  for (let sentNs = begunNs; times.length === 0 || sentNs < begunNs + warmupNs + measuredNs; ) {
    sendAll(socket, message);
    if (!receiveAll(socket, answer, waiting)) return [];
    const receivedNs = now();
    if (sentNs >= begunNs + warmupNs) times.push(receivedNs - sentNs);
    sentNs = receivedNs;
  }
  return times;
}
