import { Socket } from 'node:net';
import { constants } from 'node:os';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { TestRequest } from '../../../replication/netperf/message.js';
import { RequestTest } from '../../../replication/netperf/test.js';

const request: TestRequest = {
  kind: 'test',
  requestBytes: 1,
  responseBytes: 1,
  seconds: 1,
  dataPort: 0,
  family: 4,
  priority: 0,
  typeOfService: 0,
};

/** Begins a test for a client that has connected to this address; resolves when it has no data connection. */
function fail(localAddress: string, listening: (port: number) => void = () => {}): Promise<[string, number | null]> {
  const socket = Object.defineProperty(new Socket(), 'localAddress', { value: localAddress });
  const peer = { socket, name: 'a client', admit: () => {}, dismiss: () => {} };
  const server = {
    session: () => {
      throw new Error('nobody connects');
    },
  };
  return new Promise((resolve) => {
    const failed = (why: string, errno: number | null) => resolve([why, errno]);
    const running = new RequestTest(request, peer, server, { listening, failed, done: () => {} });
    onTestFinished(() => running.abandon());
  });
}

test('a port that cannot be had is refused with the error of the system', async () => {
  // An address for documentation, which no machine has.
  const [why, errno] = await fail('192.0.2.1');
  expect(why).toMatch(/EADDRNOTAVAIL/);
  expect(errno).toBe(constants.errno.EADDRNOTAVAIL);
});

test('a client that was told a port and does not come is not refused after that', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const [why, errno] = await fail('127.0.0.1', () => vi.runAllTimers());
  expect(why).toMatch(/nobody connected within 120 s/);
  expect(errno).toBe(null);
});
