import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { removeQueues } from '../../fleet/clearing.js';
import { Fleet } from '../../fleet/fleet.js';
import { connect } from '../../fleet/redis.js';
import { lackOfServer, RedisServer } from '../../fleet/server.js';

it.skipIf(lackOfServer() !== null)('queues are removed with all that is in them, by several at once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dirtybench-clearing-'));
  const server = await RedisServer.open(folder);
  const redis = await connect(server.url, { away: () => {}, back: () => {} });
  onTestFinished(async () => {
    redis.disconnect();
    await server.kill();
    rmSync(folder, { recursive: true });
  });
  const fleet = new Fleet('crowded', 'secret', redis);
  const names = ['rounds', 'results'];
  for (let time = 0; time < 20; time++) {
    for (const name of names) {
      const queue = fleet.queue(name);
      await queue.addBulk(Array.from({ length: 50 }, (_, number) => ({ name: 'round', data: { number } })));
      await queue.close();
    }
    expect(await redis.dbsize()).toBeGreaterThan(100);
    await Promise.all([1, 2, 3].map(() => removeQueues(fleet, names)));
    expect(await redis.keys('*')).toEqual([]);
  }
});
