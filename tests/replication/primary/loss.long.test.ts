import { expect, test } from 'vitest';
import { type Address, formatAddress } from '../../../replication/address.js';
import { runLoad } from '../../../replication/client/load.js';
import { askDigest } from '../../../replication/client/observer.js';
import { connect } from '../../../replication/wire/connection.js';
import { run } from '../../scripts/command.js';
import { faultProxy } from '../../trials/fault-proxy.js';
import { serve, until } from '../servers.js';

const secret = '';
const standbyFlags = ['standby', '--port', '0'];

function primaryFlags(standby: Address, ...more: string[]): string[] {
  const guest = ['--tracker', 'kvm-ring', '--memory', '64M', '--guest', 'simulated'];
  return ['primary', '--port', '0', ...guest, '--standby', formatAddress(standby), ...more];
}

/** A client that asks one thing at a time and keeps what it is told. */
async function openClient(address: Address) {
  const wish = { role: 'client', requestBytes: 16, responseBytes: 24 } as const;
  const connection = await connect({ address, secret, timeoutMs: 5000, wish });
  let answered = 0;
  let open = true;
  connection.receive = (bytes) => {
    answered += bytes.length;
  };
  connection.closed = () => {
    open = false;
  };
  return {
    ask: () => connection.socket.write(Buffer.alloc(16)),
    answers: () => answered / 24,
    open: () => open,
    close: () => connection.socket.destroy(),
  };
}

const moment = () => new Promise((resolve) => setTimeout(resolve, 150));

test('a response goes out only when the acknowledgement has come', async () => {
  const standby = await serve(...standbyFlags);
  const proxy = await faultProxy(standby.address);
  const primary = await serve(...primaryFlags(proxy.address, '--ack-timeout', '60000'));
  const client = await openClient(primary.address);
  client.ask();
  await until(() => client.answers() === 1 || undefined, 'the first answer');
  proxy.hold('back');
  client.ask();
  const held = await until(
    async () => (await heldEpoch(standby.address)) === 3 || undefined,
    'the epoch at the standby',
  );
  expect(await held).toBe(true);
  await moment();
  expect(client.answers()).toBe(1);
  proxy.release('back');
  await until(() => client.answers() === 2 || undefined, 'the second answer');
  client.close();
});

async function heldEpoch(address: Address): Promise<number | undefined> {
  return (await askDigest({ address, secret, timeoutMs: 5000 })).standby?.epoch;
}

test('a standby that stalls ends a primary that may not go on, and its client is not answered', async () => {
  const standby = await serve(...standbyFlags);
  const proxy = await faultProxy(standby.address);
  const primary = await serve(...primaryFlags(proxy.address, '--ack-timeout', '1500'));
  const client = await openClient(primary.address);
  proxy.hold('back');
  client.ask();
  const { code, stdout, stderr } = await primary.ended;
  expect(code).toBe(2);
  expect(stderr).toMatch(/^dirtybench: the primary stopped: standby .* no acknowledgement within 1500 ms .*\n$/);
  expect(stdout).toMatch(
    /is lost: no acknowledgement .* stopping: no response goes out that the standby has not acknowledged/,
  );
  await until(() => !client.open() || undefined, 'the end of the connection');
  expect(client.answers()).toBe(0);
});

test('a primary that may go on without its standby says so and answers', async () => {
  const standby = await serve(...standbyFlags);
  const primary = await serve(...primaryFlags(standby.address, '--on-loss', 'continue'));
  const client = await openClient(primary.address);
  client.ask();
  await until(() => client.answers() === 1 || undefined, 'an answer');
  standby.signal('SIGKILL');
  await primary.line(/UNSYNCHRONISED from now on, as --on-loss continue asks: standby .* is lost/);
  client.ask();
  await until(() => client.answers() === 2 || undefined, 'an answer without a standby');
  client.close();
});

test('without a standby at the start the primary does not serve, unless it may', async () => {
  const nobody = { host: '127.0.0.1', port: 1 };
  const { code, stderr } = await run(primaryFlags(nobody), '.');
  expect(code).toBe(2);
  expect(stderr).toMatch(/^dirtybench: no standby: 127\.0\.0\.1:1: .*ECONNREFUSED.*; start one with .*\n$/);
  const primary = await serve(...primaryFlags(nobody, '--on-loss', 'continue'));
  expect(primary.lines().some((line) => /UNSYNCHRONISED from now on/.test(line))).toBe(true);
});

test('an epoch that is torn or damaged on the way leaves the standby at the one before', async () => {
  const standby = await serve(...standbyFlags);
  for (const fault of ['tear', 'damage'] as const) {
    const proxy = await faultProxy(standby.address);
    const primary = await serve(...primaryFlags(proxy.address));
    const client = await openClient(primary.address);
    client.ask();
    await until(() => client.answers() === 1 || undefined, 'an answer');
    const { standby: before } = await askDigest({ address: primary.address, secret, timeoutMs: 5000 });
    if (fault === 'tear') proxy.cutAfter('there', 30_000);
    else proxy.damage('there');
    client.ask();
    expect((await primary.ended).code).toBe(2);
    expect(client.answers()).toBe(1);
    expect((await askDigest({ address: standby.address, secret, timeoutMs: 5000 })).standby).toEqual(before);
  }
  await standby.line(/ended inside a frame; what was torn is dropped/);
  await standby.line(/damaged: its checksum does not hold/);
  const primary = await serve(...primaryFlags(standby.address));
  expect(primary.ready.role).toBe('primary');
});

test('a second primary is refused while the first is connected', async () => {
  const standby = await serve(...standbyFlags);
  const first = await serve(...primaryFlags(standby.address));
  const { code, stderr } = await run(primaryFlags(standby.address), '.');
  expect(code).toBe(2);
  expect(stderr).toMatch(/refused: a primary is connected already: 127\.0\.0\.1:\d+/);
  const load = { requestBytes: 128, responseBytes: 128, connectTimeoutMs: 5000, connections: 1, rate: null };
  const result = await runLoad({
    ...load,
    addresses: [first.address],
    patienceMs: 0,
    secret,
    seconds: 0.1,
    warmupSeconds: 0,
  });
  expect(result.transactions).toBeGreaterThan(0);
});
