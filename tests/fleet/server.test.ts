import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { lackOfServer, RedisServer } from '../../fleet/server.js';

it.skipIf(lackOfServer() !== null)('a Redis that has died by a signal needs no killing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dirtybench-redis-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const server = await RedisServer.open(folder);
  server.leave();
  await expect.poll(() => refuses(server.port)).toBe(true);
  // By then it is known here, too.
  await sleep(300);
  await server.kill();
});

/** Whether nobody listens on a port. */
function refuses(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(true));
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
  });
}
