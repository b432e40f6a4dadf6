import { spawnSync } from 'node:child_process';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { Address } from '../../../replication/address.js';
import { messageBytes } from '../../../replication/netperf/message.js';
import { dial, netperfAddress, serve, until } from '../servers.js';

const flags = ['primary', '--port', '0', '--tracker', 'none', '--memory', '64M', '--guest', 'simulated'];

async function netserver(): Promise<Address> {
  return netperfAddress(await serve(...flags, '--netperf-port', '0'));
}

/** A request for a TCP_RR test without end, as netperf words it. */
function request(requestBytes: number, responseBytes: number, dataPort = 0, direction = 6): Buffer {
  const message = Buffer.alloc(messageBytes);
  const put = (word: number, value: number) => message.writeInt32BE(value, 8 + 4 * word);
  message.writeUInt32BE(97, 0);
  put(5, requestBytes);
  put(11, responseBytes);
  put(14, -1000);
  put(20, dataPort);
  put(21, 4);
  put(22, 1);
  put(23, 6);
  put(24, direction);
  return message;
}

/** Everything that comes on a socket. */
function inbox(socket: Socket) {
  let bytes = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
  });
  return {
    has: (length: number) => until(() => bytes.length >= length || undefined, `${length} bytes`),
    take: (length: number) => {
      const taken = bytes.subarray(0, length);
      bytes = bytes.subarray(length);
      return taken;
    },
    length: () => bytes.length,
  };
}

test('two rounds of a test run over one control connection, with requests in pieces and in a row', async () => {
  const address = await netserver();
  const control = await dial(address);
  const replies = inbox(control);
  let dataPort = 0;
  for (let round = 0; round < 2; round++) {
    const message = request(16, 300, dataPort);
    control.write(message.subarray(0, 301));
    control.write(message.subarray(301));
    await replies.has(messageBytes);
    const response = replies.take(messageBytes);
    expect(response.readUInt32BE(0)).toBe(98);
    expect(response.readInt32BE(4)).toBe(0);
    dataPort = response.readUInt32BE(8 + 4 * 11);
    const data = await dial({ host: address.host, port: dataPort });
    const answers = inbox(data);
    const closed = new Promise((resolve) => data.on('close', resolve));
    data.write(Buffer.alloc(10));
    data.write(Buffer.alloc(6 + 16 * 8));
    await answers.has(9 * 300);
    data.end(Buffer.alloc(7));
    await closed;
    expect(answers.length()).toBe(9 * 300);
    await replies.has(messageBytes);
    const results = replies.take(messageBytes);
    expect(results.readUInt32BE(0)).toBe(99);
    expect(results.readInt32BE(4)).toBe(0);
    expect(results.readBigUInt64BE(8)).toBe(BigInt(9 * 16 + 7));
    expect(results.readBigUInt64BE(24)).toBe(BigInt(9 * 300));
    expect(results.readUInt32BE(8 + 4 * 9)).toBe(9);
  }
  const closed = new Promise((resolve) => control.on('close', resolve));
  control.end();
  await closed;
});

test('a test that is not served gets its error number, and the control connection goes on', async () => {
  const control = await dial(await netserver());
  const replies = inbox(control);
  control.write(request(-1, -1, 0, 4));
  await replies.has(messageBytes);
  expect(replies.take(messageBytes).readInt32BE(4)).toBe(95);
  control.write(request(1, 1));
  await replies.has(messageBytes);
  expect(replies.take(messageBytes).readInt32BE(4)).toBe(0);
});

const hasNetperf = spawnSync('netperf', ['-V']).error === undefined;

test.skipIf(!hasNetperf)('an unmodified netperf prints its table', async () => {
  const { host, port } = await netserver();
  const netperf = (...args: string[]) => {
    const { stdout, stderr, status } = spawnSync('netperf', ['-H', host, '-p', String(port), ...args], {
      encoding: 'utf8',
    });
    return { stdout, stderr, status };
  };
  const timed = netperf('-t', 'TCP_RR', '-l', '1', '--', '-r', '1,1');
  expect(timed.stdout).toMatch(/^\d+ +\d+ +1 +1 +1\.0\d +[1-9]\d*\.\d\d/m);
  const counted = netperf('-t', 'TCP_RR', '-l', '-1000', '--', '-r', '128,1024');
  expect(counted.stdout).toMatch(/^\d+ +\d+ +128 +1024 +\d+\.\d\d +[1-9]\d*\.\d\d/m);
  const chosen = netperf('-t', 'TCP_RR', '-l', '-500', '-j', '--', '-o', 'TRANSACTION_RATE,P50_LATENCY,P99_LATENCY');
  expect(chosen.stdout).toMatch(/^[1-9]\d*\.\d+,\d+,\d+$/m);
  const stream = netperf('-t', 'TCP_STREAM', '-l', '1');
  expect(stream.status).not.toBe(0);
  expect(stream.stdout + stream.stderr).toMatch(/remote error 95/);
});
