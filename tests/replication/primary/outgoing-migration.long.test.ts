import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { availability } from '../../../guests/availability.js';
import { type Address, formatAddress } from '../../../replication/address.js';
import { askDigest } from '../../../replication/client/observer.js';
import { ReplicationError } from '../../../replication/error.js';
import { Events } from '../../../replication/events.js';
import { servingAddress } from '../../../replication/server-process.js';
import { ReplicaSession } from '../../../replication/standby/replica-session.js';
import { handleConnection } from '../../../replication/wire/connection-handler.js';
import type { FrameReceiver } from '../../../replication/wire/frames.js';
import { type Hello, noLease } from '../../../replication/wire/handshake.js';
import { Listener, type Peer } from '../../../replication/wire/listener.js';
import { jsonFrame } from '../../../replication/wire/wire.js';
import { trackers } from '../../../trackers/registry.js';
import { CheckedClients, trialResponseBytes } from '../../../trials/clients.js';
import { compareWithReplay } from '../../../trials/reference.js';
import { run } from '../../scripts/command.js';
import { faultProxy } from '../../trials/fault-proxy.js';
import { type RunningServer, serve } from '../servers.js';

const secret = '';
const hasKvm = availability(trackers['kvm-ring']).works;
const timeoutMs = 10_000;

interface Setting {
  readonly guest: 'kvm' | 'simulated';
  readonly memory: number;
  readonly pages: number;
  readonly mode: string;
}

const small: Setting = { guest: 'simulated', memory: 64 * 2 ** 20, pages: 16, mode: 'kvm-ring' };

/** A primary that may be moved. */
function servePrimary({ guest, memory, pages, mode }: Setting): Promise<RunningServer> {
  const flags = ['--guest', guest, '--memory', String(memory), '--pages', String(pages), '--tracker', mode];
  return serve('primary', '--port', '0', ...flags, '--standby', 'none');
}

/** A process to move to, and where it will serve. */
async function serveTarget(...more: string[]): Promise<RunningServer & { readonly serving: Address }> {
  const target = await serve('standby', '--port', '0', '--serve-port', '0', ...more);
  return { ...target, serving: servingAddress(target) };
}

/** Clients that keep what they are told, asking again and again. */
async function load(address: Address, connections: number): Promise<CheckedClients> {
  const clients = await CheckedClients.open([address], secret, connections);
  onTestFinished(() => clients.close());
  clients.start();
  return clients;
}

function migrate(from: Address, to: Address, ...more: string[]) {
  return run(['migrate', '--from', formatAddress(from), '--to', formatAddress(to), ...more], '.');
}

/** Ends the load, and insists that the guest has done what clients were told, and nothing else. */
async function insist(clients: CheckedClients, server: Address, { guest, memory, pages }: Setting): Promise<void> {
  await clients.stop();
  const settings = { memoryBytes: memory, pagesPerTransaction: pages, workload: 'netperf-rr', seed: 1 };
  await compareWithReplay(clients.answers, {
    ...{ server, secret, guest, settings, timeoutMs },
    responseBytes: trialResponseBytes,
  });
}

test.each([
  { ...small, mode: 'kvm-ring' },
  { ...small, mode: 'kvm-bitmap' },
  ...(hasKvm ? [{ ...small, guest: 'kvm' as const, mode: 'kvm-flags' }] : []),
  ...(hasKvm ? [{ ...small, guest: 'kvm' as const, memory: 2 ** 30, mode: 'kvm-ring' }] : []),
])('a $guest guest tracked by $mode is moved under load, and no client notices but by the wait', async (setting) => {
  const [primary, target] = [await servePrimary(setting), await serveTarget('--tracker', setting.mode)];
  const clients = await load(primary.address, 4);
  await clients.during(sleep(300));
  const before = clients.answers.size;
  const { code, stdout, stderr } = await migrate(primary.address, target.address);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^round 1: \d+ pages, [\d.]+ [KM]iB in .*; written meanwhile: \d+ pages, found in /);
  expect(stdout).toMatch(/\ndowntime [\d.]+ m?s: detection .*, copy .*, transfer .*, resume .*, redirect .*\n/);
  expect(stdout).toContain(`moved: it serves on ${formatAddress(target.serving)}; 4 connections were redirected\n`);
  const moved = clients.answers.size;
  await clients.during(sleep(200));
  await insist(clients, target.serving, setting);
  expect(clients.answers.size).toBeGreaterThan(moved);
  expect(before).toBeGreaterThan(0);
  expect(clients.tally.failovers).toBe(0);
  const changeover = await askDigest({ address: primary.address, secret, timeoutMs });
  expect(changeover.primary).not.toBeNull();
  expect(changeover.standby).toEqual(changeover.primary);
  const late = await run(['rr', '--connect', formatAddress(primary.address), '--duration', '0.1'], '.');
  expect(late.stderr).toContain(`the guest has moved: it serves on ${formatAddress(target.serving)}`);
  const again = await migrate(primary.address, target.address);
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('it has moved already')]);
});

test('a guest that was moved is moved on, and back again', async () => {
  const [first, second] = [await servePrimary(small), await serveTarget()];
  const third = await serveTarget();
  const clients = await load(first.address, 2);
  expect((await migrate(first.address, second.address)).code).toBe(0);
  expect((await migrate(second.serving, third.address)).code).toBe(0);
  await clients.during(sleep(100));
  await insist(clients, third.serving, small);
});

/** Each transaction writes as many pages as are sent meanwhile, and more. */
const fast: Setting = { ...small, memory: 32 * 2 ** 20, pages: 2000 };

test('a guest that writes faster than it is sent is not moved, unless it may be stopped all the same', async () => {
  const [primary, target] = [await servePrimary(fast), await serveTarget()];
  const clients = await load(primary.address, 1);
  const refused = await migrate(primary.address, target.address, '--downtime', '1');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(
    /^dirtybench: not moved: it does not converge: while the last \d+ pages were sent in \d+ ms the guest wrote \d+, which do not fit 1 ms of downtime; the guest goes on where it is: .*--if-diverging stop.*\n$/,
  );
  expect(refused.stdout.match(/^round \d+:/gm)?.length).toBeGreaterThan(3);
  const before = clients.answers.size;
  await clients.during(sleep(200));
  expect(clients.answers.size).toBeGreaterThan(before);
  const moved = await migrate(primary.address, target.address, '--downtime', '1', '--if-diverging', 'stop');
  expect(moved.stderr).toBe('');
  expect(moved.stdout).toMatch(/\nit did not converge, and was stopped all the same\nat the end: \d{4,} pages/);
  await clients.during(sleep(100));
  await insist(clients, target.serving, fast);
});

test('a target that dies in the middle is no harm: the guest goes on where it is, and can be moved elsewhere', async () => {
  const [primary, target] = [await servePrimary(fast), await serveTarget()];
  const proxy = await faultProxy(target.address);
  const clients = await load(primary.address, 2);
  proxy.cutAfter('there', 6_000_000);
  const lost = await migrate(primary.address, proxy.address, '--downtime', '1');
  expect(lost.code).toBe(2);
  expect(lost.stderr).toMatch(/^dirtybench: not moved: /);
  await target.line(/is gone; held: no whole epoch/);
  const before = clients.answers.size;
  await clients.during(sleep(200));
  expect(clients.answers.size).toBeGreaterThan(before);
  const moved = await migrate(primary.address, target.address, '--if-diverging', 'stop');
  expect(moved.stderr).toBe('');
  await insist(clients, target.serving, fast);
});

/** A target that takes all of a guest, and does this when it is to run it. */
async function openTarget(handedOver: (peer: Peer) => void): Promise<Address> {
  const enter = (hello: Hello, peer: Peer): FrameReceiver => {
    if (hello.role !== 'primary') throw new ReplicationError(hello.role);
    const replica = new ReplicaSession(peer, hello, null, { leaseMs: 0, checkEvery: 0, pollUs: 0 });
    return {
      expects: (type) => replica.expects(type),
      frame: (type, body) => {
        if (type === 'hand-over') handedOver(peer);
        else if (type === 'prepare')
          peer.socket.write(jsonFrame('serving', { address: formatAddress(listener.address) }));
        else replica.frame(type, body);
      },
    };
  };
  const accept = (peer: Peer) => handleConnection(peer, { secret, check: () => noLease, enter });
  const address = { host: '127.0.0.1', port: 0 };
  const listener = await Listener.open({ what: 'target', address, events: new Events(() => {}), accept });
  onTestFinished(() => listener.close());
  return listener.address;
}

test('a target that is lost after the hand-over ends the source: two of one guest must not answer', async () => {
  const primary = await servePrimary(small);
  const target = await openTarget(({ socket }) => socket.destroy());
  await load(primary.address, 1);
  const { code, stderr } = await migrate(primary.address, target);
  const handedOver = `the guest was handed over to ${formatAddress(target)}, and may serve there: `;
  expect([code, stderr]).toEqual([2, expect.stringContaining(`dirtybench: ${handedOver}`)]);
  const ended = await primary.ended;
  expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining(`the primary stopped: ${handedOver}`)]);
  expect(primary.lines().filter((line) => /moved|handed/.test(line))).toEqual([expect.stringContaining(handedOver)]);
});

test('a target that refuses the hand-over in words is no harm: the guest goes on where it is', async () => {
  const primary = await servePrimary(small);
  const target = await openTarget((peer) => {
    throw new ReplicationError(`no room for ${peer.name}`);
  });
  const clients = await load(primary.address, 2);
  const { code, stderr } = await migrate(primary.address, target);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^dirtybench: not moved: refused: no room for /)]);
  const before = clients.answers.size;
  await clients.during(sleep(100));
  expect(clients.answers.size).toBeGreaterThan(before);
  await insist(clients, primary.address, small);
});

test('what cannot be moved is refused in one line, and harms nobody', async () => {
  const [primary, target] = [await servePrimary(small), await serveTarget()];
  const [keeper, other] = [await serve('standby', '--port', '0'), await serve('standby', '--port', '0')];
  const protectedOne = await serve(
    ...['primary', '--port', '0', '--tracker', 'kvm-ring', '--memory', '64M', '--guest', 'simulated'],
    ...['--standby', formatAddress(keeper.address)],
  );
  const untracked = await serve(
    ...['primary', '--port', '0', '--tracker', 'none', '--memory', '64M', '--guest', 'simulated'],
  );
  const nobody = { host: '127.0.0.1', port: 1 };
  const cases: [Address, Address, RegExp][] = [
    [protectedOne.address, target.address, /not moved: its standby would not know: .*--standby none/],
    [untracked.address, target.address, /not moved: nothing is tracked: /],
    [primary.address, other.address, /not moved: .*this standby runs no guest: start it with --serve-port/],
    [primary.address, nobody, /not moved: 127\.0\.0\.1:1: .*ECONNREFUSED/],
    [nobody, target.address, /^dirtybench: 127\.0\.0\.1:1: .*ECONNREFUSED/],
    [target.address, primary.address, /'migrate' is not expected now/],
  ];
  for (const [from, to, message] of cases) {
    const { code, stderr } = await migrate(from, to);
    expect([code, stderr.trim().split('\n')]).toEqual([2, [expect.stringMatching(message)]]);
  }
  const clients = await load(primary.address, 1);
  await clients.during(sleep(50));
  await insist(clients, primary.address, small);
});
