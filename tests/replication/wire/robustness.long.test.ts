import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Address, formatAddress } from '../../../replication/address.js';
import { runLoad } from '../../../replication/client/load.js';
import { messageBytes } from '../../../replication/netperf/message.js';
import { connect } from '../../../replication/wire/connection.js';
import { frameOf, headerBytes } from '../../../replication/wire/wire.js';
import { run } from '../../scripts/command.js';
import { dial, netperfAddress, type RunningServer, serve, until } from '../servers.js';

const simulated = ['--memory', '64M', '--guest', 'simulated'];
const secret = '';
const mebibyte = 2 ** 20;

async function servers() {
  const standby = await serve('standby', '--port', '0');
  const flags = [
    '--tracker',
    'kvm-ring',
    ...simulated,
    '--standby',
    formatAddress(standby.address),
    '--netperf-port',
    '0',
  ];
  const primary = await serve('primary', '--port', '0', ...flags);
  return { standby, primary, netperf: netperfAddress(primary) };
}

/** The service goes on: a client is answered, and the standby acknowledges. */
async function expectService(primary: RunningServer): Promise<void> {
  const sizes = { requestBytes: 128, responseBytes: 128, connections: 1, rate: null, connectTimeoutMs: 5000 };
  const { transactions } = await runLoad({
    ...sizes,
    addresses: [primary.address],
    patienceMs: 0,
    secret,
    seconds: 0.1,
    warmupSeconds: 0,
  });
  expect(transactions).toBeGreaterThan(0);
}

/** Sends bytes to a port and waits until it closes the connection, as it may after the sender has ended. */
async function throwAt(address: Address, bytes: Buffer): Promise<void> {
  const socket = await dial(address);
  const closed = new Promise((resolve) => socket.on('close', resolve));
  socket.resume();
  socket.end(bytes);
  await closed;
}

function hello(change: (frame: Buffer) => void): Buffer {
  const frame = frameOf('hello', Buffer.from('{"role":"observer"}'));
  change(frame);
  return frame;
}

test('rubbish on every port gets one clear line each, and the service goes on', async () => {
  const { standby, primary, netperf } = await servers();
  const http = Buffer.from('GET / HTTP/1.1\r\nHost: example\r\n\r\n');
  for (const server of [standby, primary]) {
    await throwAt(server.address, http);
    await server.line(/closing 127\.0\.0\.1:\d+: not dirtybench's wire format: it starts with 47455420/);
    await throwAt(
      server.address,
      hello((frame) => frame.writeUInt8(7, 2)),
    );
    await server.line(/the other side speaks version 7 of the wire format, this one 3/);
    await throwAt(
      server.address,
      hello((frame) => frame.writeUInt32LE(0x7fffffff, 4)),
    );
    await server.line(/a frame header is damaged/);
    await throwAt(
      server.address,
      hello(() => {}),
    );
    await server.line(/a frame 'hello': nonce: /);
    await throwAt(server.address, frameOf('hello', Buffer.alloc(1900, 'x')));
    await server.line(/a frame 'hello' does not hold JSON/);
    await throwAt(
      server.address,
      frameOf('hello', Buffer.from(`{"role":"observer","nonce":"${'0'.repeat(64)}","x\\nready: on 6.6.6.6:6":1}`)),
    );
    await server.line(/Unrecognized key: "x\?ready: on 6\.6\.6\.6:6"/);
    expect(server.lines().filter((line) => line.startsWith('ready'))).toHaveLength(1);
    await throwAt(server.address, frameOf('epoch', Buffer.alloc(64)));
    await server.line(/a frame 'epoch' is not expected now/);
    await throwAt(server.address, hello(() => {}).subarray(0, headerBytes + 3));
    await server.line(/ended inside a frame/);
    await throwAt(server.address, frameOf('hello', Buffer.alloc(5000)));
    await server.line(/a frame 'hello' of 5000 bytes: the limit is 2048/);
  }
  await throwAt(netperf, Buffer.concat([http, Buffer.alloc(messageBytes)]));
  await primary.line(/netperf: closing .*: not netperf's control protocol/);
  await throwAt(netperf, Buffer.alloc(100));
  await primary.line(/netperf: closing .*: the connection ended after 100 of 656 bytes/);
  await expectService(primary);
});

test('much rubbish at once is counted in the log, not repeated', async () => {
  const { standby, primary } = await servers();
  const before = standby.lines().length;
  await Promise.all(Array.from({ length: 200 }, () => throwAt(standby.address, randomBytes(3000))));
  await standby.line(/\d+ more such events within a second; the last: .*wire format/);
  expect(standby.lines().length - before).toBeLessThan(20);
  await expectService(primary);
});

test('1000 idle connections on every port keep nobody out and take little memory', async () => {
  const { standby, primary, netperf } = await servers();
  const before = [standby.residentBytes(), primary.residentBytes()];
  const idle: Socket[] = [];
  for (const address of [standby.address, primary.address, netperf]) {
    for (let i = 0; i < 1000; i += 50)
      idle.push(...(await Promise.all(Array.from({ length: 50 }, () => dial(address)))));
  }
  await standby.line(/standby: closing .*: silent, and 128 connections at once may be/);
  await primary.line(/primary: closing .*: silent, and 128 connections at once may be/);
  await primary.line(/netperf: closing .*: silent, and 128 connections at once may be/);
  await expectService(primary);
  const digest = await run(['digest', '--connect', formatAddress(standby.address)], '.');
  expect(digest.code).toBe(0);
  const after = [standby.residentBytes(), primary.residentBytes()];
  after.forEach((bytes, index) => {
    expect(bytes - (before[index] ?? 0)).toBeLessThan(96 * mebibyte);
  });
  for (const socket of idle) socket.destroy();
});

test('a client that does not read is not read from, and others are served', async () => {
  const { primary } = await servers();
  const wish = { role: 'client', requestBytes: 1, responseBytes: 65_536 } as const;
  const slow = await connect({ address: primary.address, secret, timeoutMs: 5000, wish });
  slow.socket.pause();
  const before = primary.residentBytes();
  let writing = true;
  const flood = Buffer.alloc(mebibyte);
  for (let sent = 0; sent < 64 && writing; sent++) writing = slow.socket.write(flood) || sent < 16;
  await primary.line(/primary: 127\.0\.0\.1:\d+ does not read its responses; its requests wait/);
  await expectService(primary);
  await until(() => primary.residentBytes() - before < 96 * mebibyte || undefined, 'bounded memory');
  slow.socket.destroy();
});

test('a secret keeps strangers out on both sides, and without one nobody listens beyond loopback', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dirtybench-secret-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return ['--secret-file', join(folder, name)];
  };
  const right = file('right', 'correct horse\n');
  const wrong = file('wrong', 'battery staple\n');
  const standby = await serve('standby', '--port', '0', ...right);
  const flags = [
    'primary',
    '--port',
    '0',
    '--tracker',
    'kvm-ring',
    ...simulated,
    '--standby',
    formatAddress(standby.address),
  ];
  for (const secretFlags of [[], wrong]) {
    const { code, stderr } = await run([...flags, ...secretFlags], '.');
    expect(code).toBe(2);
    expect(stderr).toMatch(/refused: the shared secrets differ/);
  }
  await standby.line(/closing .*: the shared secrets differ/);
  const primary = await serve(...flags, ...right);
  const rr = ['rr', '--connect', formatAddress(primary.address), '--duration', '0.1'];
  expect((await run(rr, '.')).stderr).toMatch(/refused: the shared secrets differ/);
  expect((await run([...rr, ...right], '.')).code).toBe(0);
  const open = await run(['standby', '--host', '0.0.0.0', '--port', '0'], '.');
  expect(open.code).toBe(2);
  expect(open.stderr).toMatch(
    /would listen on 0\.0\.0\.0:0, beyond loopback, without a secret: give one with --secret-file/,
  );
  expect((await run(['standby', '--port', '0', ...file('empty', '\n')], '.')).stderr).toMatch(/is empty/);
});

test('what a user gets wrong is said in a line', async () => {
  const said = async (...args: string[]) => {
    const { code, stderr } = await run(args, '.');
    expect(code).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    return stderr;
  };
  const primary = ['primary', '--port', '0', ...simulated];
  const cases: [string[], RegExp][] = [
    [[...primary, '--tracker', 'kvm-ring'], /--tracker kvm-ring needs a standby: give --standby/],
    [[...primary, '--tracker', 'none', '--standby', 'x:1'], /--tracker none uses no standby/],
    [[...primary, '--tracker', 'none', '--pages', '0'], /--pages/],
    [[...primary, '--tracker', 'none', '--pages', '99999'], /99999 pages per transaction: .* 1 to 16352/],
    [
      [
        ...['primary', '--port', '0', '--guest', 'simulated', '--memory', '1G', '--pages', '70000'],
        ...['--tracker', 'kvm-ring', '--standby', '127.0.0.1:1'],
      ],
      /at most 65536/,
    ],
    [['rr', '--connect', '127.0.0.1'], /'127\.0\.0\.1' is not an address: write HOST:PORT/],
    [['rr', '--connect', '127.0.0.1:1'], /127\.0\.0\.1:1: .*ECONNREFUSED/],
    [['standby', '--port', '70000'], /a port is at most 65535/],
  ];
  await Promise.all(cases.map(async ([args, pattern]) => expect(await said(...args)).toMatch(pattern)));
});
