import { expect, test } from 'vitest';
import { availability } from '../../../guests/availability.js';
import { type Address, formatAddress } from '../../../replication/address.js';
import { askDigest } from '../../../replication/client/observer.js';
import { SimulatedService } from '../../../replication/guest/simulated.js';
import { servingAddress } from '../../../replication/server-process.js';
import { connect } from '../../../replication/wire/connection.js';
import { EpochWriter } from '../../../replication/wire/epoch.js';
import { logFrame } from '../../../replication/wire/log.js';
import { emptyFrame } from '../../../replication/wire/wire.js';
import { trackers } from '../../../trackers/registry.js';
import { run } from '../../scripts/command.js';
import { faultProxy } from '../../trials/fault-proxy.js';
import { type RunningServer, serve, until } from '../servers.js';

const secret = '';
const hasKvm = availability(trackers['kvm-ring']).works;

/** A standby that takes over, and where. */
async function serveStandby(...more: string[]): Promise<RunningServer & { readonly serving: Address }> {
  const standby = await serve('standby', '--port', '0', '--serve-port', '0', ...more);
  return { ...standby, serving: servingAddress(standby) };
}

function primaryFlags(standby: Address, guest: string, ...more: string[]): string[] {
  const memory = more.includes('--memory') ? [] : ['--memory', '64M'];
  const flags = ['--tracker', 'kvm-ring', ...memory, '--guest', guest, '--port', '0'];
  return ['primary', ...flags, '--standby', formatAddress(standby), ...more];
}

/** A client that asks one thing at a time, and what it was told. */
async function openClient(address: Address, key = 1n) {
  const wish = { role: 'client', requestBytes: 16, responseBytes: 24 } as const;
  const connection = await connect({ address, secret, timeoutMs: 5000, wish });
  const told: { count: bigint; previous: bigint; sequence: bigint }[] = [];
  let rest = Buffer.alloc(0);
  connection.receive = (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (; rest.length >= 24; rest = rest.subarray(24)) {
      const [count, previous, sequence] = [0, 8, 16].map((at) => rest.readBigUInt64LE(at)) as [bigint, bigint, bigint];
      told.push({ count, previous, sequence });
    }
  };
  const ask = (sequence: bigint) => {
    const request = Buffer.alloc(16);
    request.writeBigUInt64LE(key, 0);
    request.writeBigUInt64LE(sequence, 8);
    connection.socket.write(request);
  };
  return {
    told,
    ask,
    /** Asks, and waits for the answer. */
    asked: async (sequence: bigint) => {
      const before = told.length;
      ask(sequence);
      return until(() => told[before], 'an answer');
    },
    close: () => connection.socket.destroy(),
  };
}

/** As soon as somebody serves there. */
const openSoon = (address: Address) =>
  until(() => openClient(address).catch(() => undefined), `somebody who serves at ${formatAddress(address)}`);

test.each(['simulated', ...(hasKvm ? ['kvm'] : [])])(
  'when a primary with a %s guest is killed, its standby serves the same guest, and nothing acknowledged is lost',
  async (guest) => {
    const standby = await serveStandby();
    const primary = await serve(...primaryFlags(standby.address, guest));
    await expect(openClient(standby.serving)).rejects.toThrow('standing by');
    const client = await openClient(primary.address);
    for (let sequence = 1n; sequence <= 50n; sequence++) await client.asked(sequence);
    primary.signal('SIGKILL');
    const after = await openSoon(standby.serving);
    expect(await after.asked(51n)).toEqual({ count: 51n, previous: 50n, sequence: 51n });
    expect(await after.asked(52n)).toEqual({ count: 52n, previous: 51n, sequence: 52n });
    const tookOver = await standby.line(/TOOK OVER at epoch 51: serving on .* ms after the last word of .* to start/);
    expect(tookOver).toMatch(guest === 'kvm' ? /KVM guest/ : /SIMULATED guest/);
    await standby.line(/UNSYNCHRONISED from now on, after the takeover at epoch 51/);
    const { code, stderr } = await run(primaryFlags(standby.address, guest), '.');
    expect(code).toBe(2);
    expect(stderr).toMatch(/refused: it serves itself since epoch 51 on 127/);
    after.close();
  },
);

test('a primary that is only cut off answers nobody any more, also not what it had begun', async () => {
  const standby = await serveStandby();
  const proxy = await faultProxy(standby.address);
  const flags = ['--on-loss', 'wait', '--ack-timeout', '60000'];
  const primary = await serve(...primaryFlags(proxy.address, 'simulated', ...flags));
  const client = await openClient(primary.address);
  await client.asked(1n);
  proxy.hold('there');
  proxy.hold('back');
  client.ask(2n);
  const after = await openSoon(standby.serving);
  expect(await after.asked(7n)).toEqual({ count: 2n, previous: 1n, sequence: 7n });
  proxy.release('there');
  proxy.release('back');
  const { code, stderr } = await primary.ended;
  expect(code).toBe(2);
  expect(stderr).toMatch(/the primary stopped: .* refused: it serves itself since epoch 2 on/);
  expect(client.told).toHaveLength(1);
});

test('a primary that was stopped for a while answers nobody when it goes on', async () => {
  const standby = await serveStandby();
  const primary = await serve(...primaryFlags(standby.address, 'simulated'));
  const client = await openClient(primary.address);
  await client.asked(1n);
  primary.signal('SIGSTOP');
  client.ask(2n);
  const after = await openSoon(standby.serving);
  expect((await after.asked(7n)).count).toBe(2n);
  primary.signal('SIGCONT');
  expect((await primary.ended).code).toBe(2);
  expect(client.told).toHaveLength(1);
});

test('a standby that was stopped for a while does not take over from a primary that is there', async () => {
  const standby = await serveStandby('--lease', '1000');
  const primary = await serve(...primaryFlags(standby.address, 'simulated', '--ack-timeout', '60000'));
  const client = await openClient(primary.address);
  await client.asked(1n);
  standby.signal('SIGSTOP');
  client.ask(2n);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(client.told).toHaveLength(1);
  standby.signal('SIGCONT');
  await until(() => client.told[1], 'the answer that was held back');
  expect(await client.asked(3n)).toEqual({ count: 3n, previous: 2n, sequence: 3n });
  await expect(openClient(standby.serving)).rejects.toThrow('standing by');
});

test('a standby that took over brings its own standby into step while it serves, and is replaced in its turn', async () => {
  const last = await serveStandby();
  const middle = await serveStandby('--standby', formatAddress(last.address), '--on-loss', 'stop');
  const primary = await serve(...primaryFlags(middle.address, 'simulated'));
  const client = await openClient(primary.address);
  await client.asked(1n);
  primary.signal('SIGKILL');
  const second = await openSoon(middle.serving);
  expect((await second.asked(2n)).count).toBe(2n);
  await middle.line(/primary: standby .* is in step/);
  const { primary: mine, standby: kept } = await askDigest({ address: middle.serving, secret, timeoutMs: 5000 });
  expect(kept).toEqual(mine);
  expect(await second.asked(3n)).toEqual({ count: 3n, previous: 2n, sequence: 3n });
  middle.signal('SIGKILL');
  const third = await openSoon(last.serving);
  expect(await third.asked(4n)).toEqual({ count: 4n, previous: 3n, sequence: 4n });
});

test('acknowledgements that come later than the lease hold responses back, and the next ones let them go', async () => {
  const standby = await serveStandby('--lease', '1000');
  const proxy = await faultProxy(standby.address);
  const primary = await serve(...primaryFlags(proxy.address, 'simulated', '--ack-timeout', '60000'));
  const client = await openClient(primary.address);
  await client.asked(1n);
  proxy.delay('back', 1600);
  const begun = performance.now();
  client.ask(2n);
  await new Promise((resolve) => setTimeout(resolve, 2600));
  // What is acknowledged by now was sent 1600 ms ago or more: the lease has ended however much has come.
  expect(client.told).toHaveLength(1);
  proxy.delay('back', 0);
  await until(() => client.told[1], 'the answer that was held back');
  expect(client.told[1]).toEqual({ count: 2n, previous: 1n, sequence: 2n });
  expect(performance.now() - begun).toBeGreaterThan(2600);
  await expect(openClient(standby.serving)).rejects.toThrow('standing by');
});

test('an idle primary keeps its lease, and its standby does not take over', async () => {
  const standby = await serveStandby('--lease', '1000');
  const primary = await serve(...primaryFlags(standby.address, 'simulated'));
  const client = await openClient(primary.address);
  await client.asked(1n);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(await client.asked(2n)).toEqual({ count: 2n, previous: 1n, sequence: 2n });
  await expect(openClient(standby.serving)).rejects.toThrow('standing by');
});

test('a primary that ends as asked is not replaced; the next one is kept, and replaced', async () => {
  const standby = await serveStandby();
  const heldEpoch = async () => (await askDigest({ address: standby.address, secret, timeoutMs: 5000 })).standby?.epoch;
  const first = await serve(...primaryFlags(standby.address, 'auto'));
  first.signal('SIGTERM');
  expect((await first.ended).code).toBe(0);
  await standby.line(/is gone; held: epoch 1/);
  expect(await heldEpoch()).toBe(1);
  const second = await serve(...primaryFlags(standby.address, 'auto'));
  const client = await openClient(second.address);
  await client.asked(1n);
  expect(await heldEpoch()).toBe(2);
  expect(standby.lines().some((line) => /taking over/.test(line))).toBe(false);
  second.signal('SIGKILL');
  const after = await openSoon(standby.serving);
  expect(await after.asked(2n)).toEqual({ count: 2n, previous: 1n, sequence: 2n });
});

test('a torn epoch is not part of what the standby goes on from', async () => {
  const standby = await serveStandby();
  const proxy = await faultProxy(standby.address);
  const primary = await serve(...primaryFlags(proxy.address, 'simulated'));
  const client = await openClient(primary.address);
  await client.asked(1n);
  proxy.cutAfter('there', 30_000);
  client.ask(2n);
  expect((await primary.ended).code).toBe(2);
  const after = await openSoon(standby.serving);
  expect(await after.asked(3n)).toEqual({ count: 2n, previous: 1n, sequence: 3n });
  expect(client.told).toHaveLength(1);
});

test('what could not work is refused when the primary connects, in one line', async () => {
  const standby = await serveStandby();
  const refusals = [
    [
      ['--on-loss', 'continue'],
      /takes over when it loses its primary, so this one must not go on without it: take --on/,
    ],
    [
      ['--workload', 'trace:./workloads/traces/echo.trace.gz', '--memory', '4G'],
      /could not take over a simulated guest: workload 'trace:.\/workloads.*' is a file of the primary's/,
    ],
  ] as const;
  for (const [flags, message] of refusals) {
    const { code, stderr } = await run(primaryFlags(standby.address, 'simulated', ...flags), '.');
    expect([code, stderr.trim().split('\n')]).toEqual([2, [expect.stringMatching(message)]]);
  }
  const primary = await serve(...primaryFlags(standby.address, 'simulated'));
  expect(primary.ready.role).toBe('primary');
});

test('a primary that waits for its standby answers what it owes when that is there again', async () => {
  const first = await serve('standby', '--port', '0');
  const primary = await serve(...primaryFlags(first.address, 'simulated', '--on-loss', 'wait'));
  const client = await openClient(primary.address);
  await client.asked(1n);
  first.signal('SIGKILL');
  await primary.line(/is lost: .*; WAITING for it: no response goes out/);
  client.ask(2n);
  const second = await serve('standby', '--port', String(first.address.port));
  await until(() => client.told[1], 'the answer that waited');
  expect(client.told[1]).toEqual({ count: 2n, previous: 1n, sequence: 2n });
  const digest = await askDigest({ address: primary.address, secret, timeoutMs: 5000 });
  expect(digest.standby).toEqual(digest.primary);
  expect(second.lines().some((line) => /in step with/.test(line))).toBe(true);
});

test.each(['simulated', ...(hasKvm ? ['kvm'] : [])])(
  'a standby runs the log of a %s guest again from the last checkpoint, and goes on from there',
  async (guest) => {
    const standby = await serveStandby('--check-replay', '0', '--lease', '100');
    const primary = await serve(...primaryFlags(standby.address, guest, '--commit', 'replay', '--checkpoint', '30'));
    const client = await openClient(primary.address);
    for (let sequence = 1n; sequence <= 50n; sequence++) await client.asked(sequence);
    primary.signal('SIGKILL');
    const after = await openSoon(standby.serving);
    expect(await after.asked(51n)).toEqual({ count: 51n, previous: 50n, sequence: 51n });
    await standby.line(/TOOK OVER at epoch 2: .* to start the guest with \d+ pages and run 20 logged requests again/);
  },
);

test('a guest whose replay does something else is never served, and its primary is told', async () => {
  const standby = await serveStandby('--check-replay', '1', '--lease', '50');
  const service = { pagesPerTransaction: 4, workload: 'uniform', seed: 1 };
  const memoryBytes = 2 ** 22;
  const source = new SimulatedService(trackers['dirty-ring'], { ...service, memoryBytes, ringEntries: null });
  const wish = {
    role: 'primary',
    memoryBytes,
    stateBytes: 8,
    guest: 'simulated',
    service,
    purpose: 'replication',
  } as const;
  const link = await connect({ address: standby.address, secret, timeoutMs: 5000, wish });
  const said: Buffer[] = [];
  link.receive = (bytes) => said.push(Buffer.from(bytes));
  const closed = new Promise((resolve) => {
    link.closed = resolve;
  });
  const entry = { responseBytes: 24, request: Buffer.alloc(16) };
  link.socket.write(new EpochWriter(source, 'raw').epoch(1, Uint32Array.of(0), 1));
  link.socket.write(emptyFrame('in-step'));
  link.socket.write(logFrame({ ...entry, transaction: 1, previousCrc: 0 }));
  link.socket.write(logFrame({ ...entry, transaction: 2, previousCrc: 12_345 }));
  await closed;
  expect(Buffer.concat(said).toString()).toContain('the replay diverges: transaction 1 was answered otherwise');
  await standby.line(/closing .*: the replay diverges: transaction 1 was answered otherwise/);
  await standby.line(/is gone; held: no whole epoch/);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await expect(openClient(standby.serving)).rejects.toThrow('standing by');
  expect(standby.lines().join()).not.toMatch(/TOOK OVER|taking over/);
});
