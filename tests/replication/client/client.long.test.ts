import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { Address } from '../../../replication/address.js';
import { checkAnswer } from '../../../replication/client/answer.js';
import { dial } from '../../../replication/client/dialer.js';
import { type LoadOptions, runLoad } from '../../../replication/client/load.js';
import type { ReplicatedGuest } from '../../../replication/guest/guest.js';
import { openService } from '../../../replication/guest/modes.js';
import { Primary } from '../../../replication/primary/primary.js';
import type { FaultProxy } from '../../../trials/fault-proxy.js';
import { faultProxy } from '../../trials/fault-proxy.js';
import { until } from '../servers.js';

const settings = { memoryBytes: 2 ** 22, pagesPerTransaction: 5, workload: 'uniform', seed: 3 };
const nobody: Address = { host: '127.0.0.1', port: 1 };
const loopback: Address = { host: '127.0.0.1', port: 0 };

function openGuest(): ReplicatedGuest {
  return openService('simulated', 'none', settings).guest;
}

/** Serves a guest in this process, without a standby, until the test ends. */
async function serve(guest: ReplicatedGuest): Promise<Primary> {
  const primary = await Primary.open({
    listenOn: loopback,
    secret: '',
    guest,
    tracked: false,
    standby: null,
    commit: 'stop',
    log: () => {},
    stopped: () => {},
  });
  onTestFinished(() => primary.close());
  return primary;
}

/** Two servers; of the second nothing is heard until it is released, as of a standby that has not taken over. */
async function serveTwice(first: ReplicatedGuest, second: ReplicatedGuest): Promise<[FaultProxy, FaultProxy]> {
  const ways = [
    await faultProxy((await serve(first)).address),
    await faultProxy((await serve(second)).address),
  ] as const;
  ways[1].hold('back');
  return [...ways];
}

function load(addresses: readonly Address[], more: Partial<LoadOptions> = {}) {
  const sizes = { requestBytes: 128, responseBytes: 128, connections: 3, rate: null };
  const times = { seconds: 0.6, warmupSeconds: 0, connectTimeoutMs: 5000, patienceMs: 5000 };
  return runLoad({ addresses, secret: '', ...sizes, ...times, ...more });
}

/** Long enough that what happens meanwhile does happen meanwhile, also where the machine is busy. */
const seconds = 1.5;

const moment = () => sleep(150);

/** Until all clients of a load are connected: none asks before. */
const asked = (guest: ReplicatedGuest) => until(() => guest.transactions > 0 || undefined, 'a transaction');

/** Until one of a load's three clients was answered: none asks again before. */
const answered = (guest: ReplicatedGuest) => until(() => guest.transactions > 3 || undefined, 'a fourth transaction');

test('clients that lose their server go on with another that holds the same, and repeat what was not answered', async () => {
  const guest = openGuest();
  const [first, second] = await serveTwice(guest, guest);
  const loading = load([first.address, second.address], { seconds });
  await asked(guest);
  first.hold('back');
  await moment();
  first.close();
  second.release('back');
  const { failovers, repeated, repeatedDone, unanswered, longestWaitsNs, transactions } = await loading;
  expect(transactions).toBeGreaterThan(3);
  expect({ failovers, repeated, repeatedDone, unanswered }).toEqual({
    failovers: 3,
    repeated: 3,
    repeatedDone: 3,
    unanswered: 0,
  });
  expect(longestWaitsNs).toHaveLength(3);
  expect(longestWaitsNs[0]).toBeGreaterThan(100e6);
});

test('with requests sent ahead those that had been done are told from those that had not', async () => {
  const guest = openGuest();
  const [first, second] = await serveTwice(guest, guest);
  const loading = load([first.address, second.address], { seconds, connections: 1, rate: 100 });
  await asked(guest);
  first.hold('back');
  await moment();
  first.hold('there');
  await moment();
  first.close();
  second.release('back');
  const { failovers, repeated, repeatedDone, unanswered, transactions } = await loading;
  expect({ failovers, unanswered, transactions }).toEqual({ failovers: 1, unanswered: 0, transactions: 150 });
  expect(repeatedDone).toBeGreaterThan(0);
  expect(repeatedDone).toBeLessThan(repeated);
});

test('requests that fell due while there was no server are sent once, and not counted as repeated', async () => {
  const guest = openGuest();
  const [first, second] = await serveTwice(guest, guest);
  const loading = load([first.address, second.address], { seconds, connections: 1, rate: 200 });
  await asked(guest);
  first.close();
  // Some 60 requests fall due meanwhile.
  await sleep(300);
  second.release('back');
  const { failovers, repeated, unanswered, transactions } = await loading;
  expect({ failovers, unanswered, transactions }).toEqual({ failovers: 1, unanswered: 0, transactions: 300 });
  expect(repeated).toBeLessThan(30);
});

test('clients whose server says nothing any more look for another, also while still connected', async () => {
  const guest = openGuest();
  const [first, second] = await serveTwice(guest, guest);
  const loading = load([first.address, second.address], { seconds });
  await asked(guest);
  first.hold('back');
  second.release('back');
  const { failovers, unanswered } = await loading;
  expect({ failovers, unanswered }).toEqual({ failovers: 3, unanswered: 0 });
});

test('clients do not go back for a short silence to a server that they left for its silence', async () => {
  const guest = openGuest();
  const [first, second] = await serveTwice(guest, guest);
  const loading = load([first.address, second.address], { seconds: 2.5 });
  await asked(guest);
  first.hold('back');
  second.release('back');
  await sleep(600);
  first.release('back');
  second.hold('back');
  await sleep(600);
  second.release('back');
  const { failovers, unanswered } = await loading;
  expect({ failovers, unanswered }).toEqual({ failovers: 3, unanswered: 0 });
});

test('a server that does not hold what was acknowledged is found out', async () => {
  const guest = openGuest();
  const [first, second] = await serveTwice(guest, openGuest());
  const loading = load([first.address, second.address], { seconds: 10 });
  const outcome = loading.catch((error: Error) => error);
  await answered(guest);
  first.close();
  second.release('back');
  expect(await outcome).toMatchObject({
    name: 'OutputCommitViolation',
    message: expect.stringMatching(/counts 1 where \d+ was acknowledged before: transactions are lost/),
  });
});

test('when nobody serves any more each address says why, and without patience the loss is said at once', async () => {
  const guests = [openGuest(), openGuest()] as const;
  const first = await faultProxy((await serve(guests[0])).address);
  const second = await faultProxy((await serve(guests[1])).address);
  const patient = load([first.address, nobody], { seconds, patienceMs: 100 }).catch((error: Error) => error);
  const impatient = load([second.address], { seconds, patienceMs: 0 }).catch((error: Error) => error);
  for (const guest of guests) await asked(guest);
  first.close();
  second.close();
  expect(await patient).toMatchObject({
    name: 'ReplicationError',
    message: expect.stringMatching(
      /nobody serves, for 100 ms \(--patience\): .*ECONNREFUSED.*; 127\.0\.0\.1:1: .*REFUSED/,
    ),
  });
  expect(await impatient).toMatchObject({
    message: expect.stringMatching(/^lost a connection: (the server closed the connection|.*ECONNRESET)$/),
  });
});

test('who is told to stop before dialling does not dial', async () => {
  const { address } = await serve(openGuest());
  const options = {
    secret: '',
    wish: { role: 'client', requestBytes: 16, responseBytes: 24 },
    timeoutMs: 1000,
  } as const;
  const stopped = AbortSignal.abort(new Error('told to stop'));
  await expect(dial([address], options, 0, stopped)).rejects.toThrow('told to stop');
});

test('an answer to another request, or from a guest that has forgotten one, is not taken', () => {
  const expected = { sequence: 105, floor: 40, acknowledged: 104, first: 101, last: 107 };
  const answer = { sequence: 105, count: 41, previous: 104 };
  expect(checkAnswer(answer, expected, 'it')).toBe(0);
  expect(checkAnswer({ ...answer, previous: 107 }, expected, 'it')).toBe(3);
  expect(checkAnswer({ ...answer, previous: 2 ** 40 }, expected, 'it')).toBe(0);
  expect(() => checkAnswer({ ...answer, sequence: 106 }, expected, 'it')).toThrow(/answered request 106 where 105/);
  expect(() => checkAnswer({ ...answer, count: 40 }, expected, 'it')).toThrow(/counts 40 where 40 was acknowledged/);
  expect(() => checkAnswer({ ...answer, previous: 103 }, expected, 'it')).toThrow(/request 103 where 104 was ack/);
});

test('what a faulty way holds back arrives later, whole and in order', async () => {
  const proxy = await faultProxy((await serve(openGuest())).address);
  proxy.delay('back', 30);
  const loading = load([proxy.address], { connections: 1, rate: 100, patienceMs: 0 });
  await moment();
  proxy.hold('there');
  await moment();
  proxy.release('there');
  const { transactions, latency } = await loading;
  expect(transactions).toBe(60);
  expect(latency.minNonZeroValue).toBeGreaterThan(29e6);
  await until(() => latency.maxValue > 100e6 || undefined, 'a request that was held');
});

test('a client whose last request of the warm-up is still unanswered asks no second one beside it', async () => {
  const guest = openGuest();
  const proxy = await faultProxy((await serve(guest)).address);
  const loading = load([proxy.address], { connections: 1, warmupSeconds: 1, seconds: 0.1, patienceMs: 0 });
  await asked(guest);
  proxy.hold('back');
  expect(await loading).toMatchObject({ transactions: 0, unanswered: 1 });
});

test('a load of more requests than can be sent ends when its time is up, and counts those among the unanswered', async () => {
  const { address } = await serve(openGuest());
  const rate = 1e8;
  const { transactions, unanswered } = await load([address], { rate, seconds: 0.2, connections: 1 });
  expect(transactions).toBeGreaterThan(0);
  expect(Math.abs(transactions + unanswered - rate * 0.2)).toBeLessThanOrEqual(1);
});
