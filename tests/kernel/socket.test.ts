import { createConnection, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { KernelError } from '../../kernel/error.js';
import { libc } from '../../kernel/libc.js';
import { StreamSocket } from '../../kernel/socket.js';
import { descriptorOf } from '../../replication/wire/direct.js';

const noMemory = 12;

/** The two ends of a connection. */
async function pair(): Promise<{ calls: StreamSocket; far: Socket }> {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const far = createConnection(typeof address === 'object' && address !== null ? address.port : 0, '127.0.0.1');
  const near = await new Promise<Socket>((resolve) => server.once('connection', resolve));
  near.on('error', () => {});
  far.on('error', () => {});
  onTestFinished(() => {
    near.destroy();
    far.destroy();
    server.close();
  });
  return { calls: new StreamSocket(descriptorOf(near) ?? expect.unreachable('it is not open')), far };
}

describe('a call that cannot go on now', () => {
  afterEach(() => vi.restoreAllMocks());

  it('is one also where another error number was left behind it', async () => {
    const { calls } = await pair();
    vi.spyOn(libc(), 'errno').mockReturnValueOnce(noMemory);
    expect(calls.receive(new Uint8Array(8))).toBe('nothing');
  });

  it('takes what has come between the two tries', async () => {
    const { calls, far } = await pair();
    far.write('12345678');
    await expect.poll(() => calls.wait(0)).toBe(true);
    const recv = libc().recv;
    vi.spyOn(libc(), 'recv').mockReturnValueOnce(-1).mockImplementation(recv);
    vi.spyOn(libc(), 'errno').mockReturnValueOnce(noMemory);
    expect(calls.receive(new Uint8Array(8))).toBe(8);
  });

  it('is told from a connection that is broken', async () => {
    const { calls, far } = await pair();
    far.resetAndDestroy();
    await expect.poll(() => calls.wait(0)).toBe(true);
    expect(() => calls.receive(new Uint8Array(8))).toThrow(KernelError);
  });
});
