import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { type Address, formatAddress } from '../../../replication/address.js';
import { askDigest } from '../../../replication/client/observer.js';
import { servingAddress } from '../../../replication/server-process.js';
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
