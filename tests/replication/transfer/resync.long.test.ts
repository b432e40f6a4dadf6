import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { type Address, formatAddress } from '../../../replication/address.js';
import { askDigest } from '../../../replication/client/observer.js';
import { servingAddress } from '../../../replication/server-process.js';
import type { LinkEvents } from '../../../replication/transfer/link.js';
import { resync } from '../../../replication/transfer/resync.js';
import { mostPagesPerFrame, mostPartsPerEpoch } from '../../../replication/wire/wire.js';
import { CheckedClients, trialResponseBytes } from '../../../trials/clients.js';
import { compareWithReplay } from '../../../trials/reference.js';
import { type RunningServer, serve, until } from '../servers.js';

const secret = '';
const timeoutMs = 10_000;
const settings = { memoryBytes: 64 * 2 ** 20, pagesPerTransaction: 16, workload: 'netperf-rr', seed: 1 };

function servePrimary(standby: Address, ...more: string[]): Promise<RunningServer> {
  const guest = ['--tracker', 'kvm-ring', '--memory', '64M', '--guest', 'simulated'];
  return serve('primary', '--port', '0', ...guest, '--standby', formatAddress(standby), ...more);
}

async function load(addresses: readonly Address[], connections: number): Promise<CheckedClients> {
  const clients = await CheckedClients.open(addresses, secret, connections);
  onTestFinished(() => clients.close());
  clients.start();
  return clients;
}

/** Both sides hold the same, and what clients were told. */
async function insist(clients: CheckedClients, server: Address): Promise<void> {
  await clients.stop();
  await compareWithReplay(clients.answers, {
    ...{ server, secret, settings, timeoutMs, guest: 'simulated' },
    responseBytes: trialResponseBytes,
  });
}

async function killed(server: RunningServer): Promise<void> {
  server.signal('SIGKILL');
  await server.ended;
}

test('a standby that comes back is filled while the guest serves, and joins at an epoch', async () => {
  const first = await serve('standby', '--port', '0');
  const primary = await servePrimary(first.address, '--on-loss', 'continue');
  const clients = await load([primary.address], 3);
  await clients.during(sleep(100));
  await killed(first);
  await primary.line(/UNSYNCHRONISED from now on/);
  const alone = clients.answers.size;
  await clients.during(until(() => clients.answers.size > alone + 100 || undefined, 'service without a standby'));
  const second = await serve('standby', '--port', String(first.address.port));
  await clients.during(second.line(/in step with .* from epoch \d+/));
  await clients.during(sleep(100));
  await insist(clients, primary.address);
  const { primary: here, standby: there } = await askDigest({ address: primary.address, secret, timeoutMs });
  expect(there).toEqual(here);
  expect(primary.lines().filter((line) => /is in step/.test(line))).toHaveLength(2);
  expect(clients.tally.failovers).toBe(0);
});

test('a standby that has come back takes over like the first', async () => {
  const first = await serve('standby', '--port', '0', '--serve-port', '0');
  const primary = await servePrimary(first.address, '--on-loss', 'wait');
  const serving = servingAddress(first);
  const clients = await load([primary.address, serving], 3);
  await clients.during(sleep(100));
  await killed(first);
  await primary.line(/WAITING/);
  const [port, servePort] = [first.address.port, serving.port].map(String) as [string, string];
  const second = await serve('standby', '--port', port, '--serve-port', servePort);
  await clients.during(second.line(/in step with/));
  await clients.during(clients.answeredBy(primary.address));
  await killed(primary);
  await clients.answeredBy(serving);
  await clients.during(sleep(100));
  await insist(clients, serving);
});

test('pages that are sent ahead of the last epoch count as transfer, not as copied into frames', async () => {
  const pages = mostPagesPerFrame * mostPartsPerEpoch + 2 * mostPagesPerFrame;
  const sendMs = 100;
  let sends = 0;
  const heard: LinkEvents[] = [];
  const link = {
    lost: null,
    listen: (events: LinkEvents) => heard.push(events),
    sendBulk: async () => {
      sends++;
      await sleep(sendMs);
    },
    send: () => heard[0]?.acknowledged({ epoch: 1, arrivedNs: 0, leftNs: 0 }, 0),
    receive: () => true,
    caughtUp: () => Promise.resolve(),
  };
  const frames = Buffer.alloc(8);
  const guest = {
    memoryBytes: pages * 4096,
    written: () => [0],
    collect: (into: Uint32Array) => {
      for (let page = 0; page < pages; page++) into[page] = page;
      return pages;
    },
  };
  const source = {
    ...{ guest, link, writer: { bulk: () => frames, epoch: () => frames, reuse: () => {} } },
    atRest: () => Promise.resolve(() => {}),
    nextEpoch: () => 1,
  };
  const synced = await resync(source, { downtimeMs: 1e9, ifDiverging: 'stop', round: () => {} });
  expect(sends).toBe(3);
  expect(synced.transferNs).toBeGreaterThan(2 * (sendMs - 10) * 1e6);
  expect(synced.copyNs).toBeLessThan(sendMs * 1e6);
});
