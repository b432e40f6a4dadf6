import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { libc } from '../../../kernel/libc.js';
import { DirectSocket } from '../../../replication/wire/direct.js';
import { until } from '../servers.js';

const has = hasCalls();

function hasCalls(): boolean {
  try {
    libc();
    return true;
  } catch {
    return false;
  }
}

/** Both ends of a connection of this process. */
async function connection(): Promise<[Socket, Socket]> {
  const server = createServer({ noDelay: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const near = createConnection(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
  const [[far]] = await Promise.all([once(server, 'connection'), once(near, 'connect')]);
  onTestFinished(() => {
    near.destroy();
    far.destroy();
    server.close();
  });
  for (const socket of [near, far]) socket.on('error', () => {});
  return [near, far];
}

function direct(socket: Socket, deliver: (bytes: Buffer) => void = () => {}, pollUs = 0): DirectSocket {
  const opened = DirectSocket.on(socket, deliver, pollUs);
  if (opened === null) throw new Error('no system calls here');
  return opened;
}

test.runIf(has)(
  'bytes arrive in the order they were sent, at once or through the event loop, however many',
  async () => {
    const [near, far] = await connection();
    const received: Buffer[] = [];
    far.on('data', (bytes: Buffer) => received.push(bytes));
    const sender = direct(near);
    const pieces = Array.from({ length: 40 }, (_, i) => Buffer.alloc(i % 3 === 0 ? 400_000 : 100, i));
    for (const [i, piece] of pieces.entries()) {
      if (i % 5 === 0) near.write(piece);
      else sender.send(piece);
    }
    const all = Buffer.concat(pieces);
    await until(() => received.reduce((sum, { length }) => sum + length, 0) === all.length || undefined, 'all bytes');
    expect(Buffer.concat(received).equals(all)).toBe(true);
  },
);

test.runIf(has).each([0, 300])(
  'what comes while nobody waits comes through the event loop, in order (%s µs of polling)',
  async (pollUs) => {
    const [near, far] = await connection();
    const received: number[] = [];
    const take = (bytes: Buffer) => received.push(...bytes);
    far.on('data', take);
    const receiver = direct(far, take, pollUs);
    for (let i = 0; i < 50; i++) {
      near.write(Buffer.of(i));
      if (i % 2 === 0) receiver.receive(1000);
      else await until(() => received.length > i || undefined, 'a byte');
    }
    expect(received).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(receiver.receive(0)).toBe(false);
  },
);

test.runIf(has)('nothing is received while what came before is handed on, and after an error it goes on', async () => {
  const [near, far] = await connection();
  const nested: boolean[] = [];
  let fails = true;
  const receiver: DirectSocket = direct(far, () => {
    nested.push(receiver.receive(0));
    if (fails) throw new Error('not understood');
  });
  near.write('one');
  expect(() => receiver.receive(1000)).toThrow('not understood');
  fails = false;
  near.write('two');
  expect(receiver.receive(1000)).toBe(true);
  expect(nested).toEqual([false, false]);
});

test.runIf(has)('nothing is received while what came through the event loop is handed on', async () => {
  const [near, far] = await connection();
  const received: string[] = [];
  const receiver: DirectSocket = direct(far, (bytes) => {
    near.write('later');
    expect(receiver.receive(100)).toBe(false);
    received.push(String(bytes));
  });
  receiver.handOn(Buffer.from('first'));
  expect(receiver.receive(1000)).toBe(true);
  expect(received).toEqual(['first', 'later']);
});

test.runIf(has)('a connection that is over says nothing, and is heard to be over', async () => {
  const [near, far] = await connection();
  const receiver = direct(far);
  far.resume();
  const closed = once(far, 'close');
  near.destroy();
  expect(receiver.receive(1000)).toBe(false);
  await closed;
  expect(receiver.receive(1000)).toBe(false);
  receiver.send(Buffer.from('to nobody'));
});
