import { expect, test } from 'vitest';
import { formatAddress } from '../../../replication/address.js';
import { runLoad } from '../../../replication/client/load.js';
import { askDigest, askStatistics } from '../../../replication/client/observer.js';
import { run, start } from '../../scripts/command.js';
import { type RunningServer, serve, until } from '../servers.js';

const standbyFlags = ['standby', '--port', '0'];

/** Flags of a primary with this standby; `others` take the place of the usual ones. */
function primaryFlags(standby: RunningServer, others: Readonly<Record<string, string>> = {}): string[] {
  const usual = { '--tracker': 'kvm-ring', '--memory': '64M', '--guest': 'simulated' };
  const flags = { ...usual, '--standby': formatAddress(standby.address), ...others };
  return ['primary', '--port', '0', ...Object.entries(flags).flat()];
}

/** Loads a server briefly. */
function load({ address }: RunningServer, connections = 1, seconds = 0.3, rate: number | null = null) {
  const sizes = { requestBytes: 128, responseBytes: 128 };
  return runLoad({
    addresses: [address],
    patienceMs: 0,
    secret: '',
    connections,
    rate,
    seconds,
    warmupSeconds: 0,
    connectTimeoutMs: 5000,
    ...sizes,
  });
}

test.each(['kvm-flags', 'kvm-bitmap', 'kvm-ring'])(
  'in mode %s the standby holds what the primary has after every kind of load',
  async (mode) => {
    const standby = await serve(...standbyFlags);
    const primary = await serve(...primaryFlags(standby, { '--tracker': mode, '--guest': 'auto' }));
    const alone = await load(primary);
    const together = await load(primary, 8);
    const onTime = await load(primary, 3, 0.3, 200);
    expect(alone.transactions).toBeGreaterThan(0);
    expect(together.transactions).toBeGreaterThan(0);
    expect(onTime.transactions + onTime.unanswered).toBe(60);
    const transactions = alone.transactions + together.transactions + onTime.transactions;
    const { pages, transactions: counted } = await askStatistics({
      address: primary.address,
      secret: '',
      timeoutMs: 5000,
    });
    expect(counted).toBe(transactions);
    expect(pages).toBe(transactions * 16);
    const digest = await askDigest({ address: primary.address, secret: '', timeoutMs: 5000 });
    expect(digest.primary?.epoch).toBe(transactions + 1);
    expect(digest.standby).toEqual(digest.primary);
    expect(await askDigest({ address: standby.address, secret: '', timeoutMs: 5000 })).toEqual({
      primary: null,
      standby: digest.primary,
    });
  },
);

test('the digests are equal under load too, and the digest command shows them', async () => {
  const standby = await serve(...standbyFlags);
  const primary = await serve(...primaryFlags(standby));
  const loading = load(primary, 4, 1);
  const { code, stdout } = await run(['digest', '--connect', formatAddress(primary.address)], '.');
  expect(code).toBe(0);
  const [mine, theirs] = stdout.trim().split('\n');
  expect(mine).toMatch(/^primary: epoch \d+ sha256 [0-9a-f]{64} pages \d+$/);
  expect(theirs).toBe(mine?.replace('primary', 'standby'));
  expect(stdout).toMatch(/^identical$/m);
  expect((await loading).transactions).toBeGreaterThan(0);
});

test('an epoch of more pages than a frame holds arrives whole', async () => {
  const standby = await serve(...standbyFlags);
  const primary = await serve(...primaryFlags(standby, { '--pages': '3000' }));
  const { transactions } = await load(primary);
  expect(transactions).toBeGreaterThan(0);
  const digest = await askDigest({ address: primary.address, secret: '', timeoutMs: 5000 });
  expect(digest.standby).toEqual(digest.primary);
});

test('a recorded trace says which pages a transaction changes', async () => {
  const standby = await serve(...standbyFlags);
  const primary = await serve(...primaryFlags(standby, { '--workload': 'trace:redis-set', '--memory': '4G' }));
  await load(primary);
  const digest = await askDigest({ address: primary.address, secret: '', timeoutMs: 5000 });
  expect(digest.standby).toEqual(digest.primary);
});

test('the rr command prints rate and latency, and JSON of the same', async () => {
  const primary = await serve('primary', '--port', '0', '--tracker', 'none', '--memory', '64M', '--guest', 'simulated');
  const flags = ['rr', '--connect', formatAddress(primary.address), '--duration', '1', '--warmup', '0.1'];
  const text = await run([...flags, '--connections', '2', '--rate', '500'], '.');
  expect(text.stdout).toMatch(/2 connections, 128-byte requests, 128-byte responses, open loop at 500\/s/);
  expect(text.stdout).toMatch(/latency p50 [\d.]+ µs, p90 [\d.]+ µs, p99 [\d.]+ µs, max/);
  const json = JSON.parse((await run([...flags, '--json', '--request', '1', '--response', '1000'], '.')).stdout);
  expect(json.transactions).toBeGreaterThan(0);
  expect(json.transactionsPerSecond).toBeCloseTo(json.transactions / json.seconds, 6);
  expect(json.latencyNs.p50).toBeGreaterThan(0);
  expect(json.latencyNs.p99 !== null).toBe(json.transactions >= 100);
  expect(json.latencyNs.p99 ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(json.latencyNs.p50);
  expect(json.latencyNs['p99.9'] !== null).toBe(json.transactions >= 1000);
});

test('each server says that it is ready once, and ends in order when asked', async () => {
  const standby = await serve(...standbyFlags);
  const primary = await serve(...primaryFlags(standby));
  expect(await primary.line(/^ready: /)).toMatch(/SIMULATED guest/);
  for (const server of [primary, standby]) {
    server.signal('SIGTERM');
    const { code, stdout, stderr } = await server.ended;
    expect(code).toBe(0);
    expect(stdout.match(/^ready: /gm)).toHaveLength(1);
    expect(stdout).toMatch(/ended as asked\n$/);
    expect(stderr).toBe('');
  }
});

test('the rr command prints what it has counted when it is interrupted', async () => {
  const primary = await serve('primary', '--port', '0', '--tracker', 'none', '--memory', '64M', '--guest', 'simulated');
  const { process: loading, ended } = start(
    ['rr', '--connect', formatAddress(primary.address), '--duration', '60', '--warmup', '0.05'],
    '.',
  );
  const ask = { address: primary.address, secret: '', timeoutMs: 5000 };
  await until(async () => (await askStatistics(ask)).transactions > 0 || undefined, 'transactions');
  loading.kill('SIGINT');
  const { code, stdout, stderr } = await ended;
  expect({ code, stdout }).toMatchObject({
    code: 130,
    stdout: expect.stringMatching(/^\d+ transactions in [\d.]+ s/m),
  });
  expect(stderr).toMatch(/^dirtybench: interrupted: after [\d.]+ of 60 s: what was counted by then is printed\n$/);
});
