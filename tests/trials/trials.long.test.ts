import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { type Address, formatAddress } from '../../replication/address.js';
import { askStatistics } from '../../replication/client/observer.js';
import { openService } from '../../replication/guest/modes.js';
import { commitNames } from '../../replication/primary/commit.js';
import { Primary } from '../../replication/primary/primary.js';
import { servingAddress } from '../../replication/server-process.js';
import { CheckedClients, trialResponseBytes } from '../../trials/clients.js';
import { FaultProxy } from '../../trials/fault-proxy.js';
import { faultNames } from '../../trials/faults.js';
import { replay } from '../../trials/replay.js';
import { runTrial, type TrialPlan, type TrialResult } from '../../trials/trial.js';
import { nameOfTrial, planTrial, runTrials, trialSetups } from '../../trials/trials.js';
import { serve as serveCommand, until } from '../replication/servers.js';
import { run } from '../scripts/command.js';
import { faultProxy } from './fault-proxy.js';

const command = [process.execPath, fileURLToPath(new URL('../../scripts/dirtybench.js', import.meta.url))];
const setups = trialSetups();
if (!setups.some(({ guest }) => guest === 'kvm'))
  console.info('skipped: failover of KVM guests: KVM does not work here');

/** Runs a trial; what goes wrong names it. */
async function attempt(plan: TrialPlan): Promise<TrialResult> {
  try {
    return await runTrial(plan, command);
  } catch (error) {
    throw new Error(`seed ${plan.seed}, ${nameOfTrial(plan)}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Runs trials, two at a time; their results in the order in which they ended. */
async function attemptAll(plans: readonly TrialPlan[]): Promise<TrialResult[]> {
  const due = [...plans];
  const results: TrialResult[] = [];
  const next = async (): Promise<void> => {
    for (let plan = due.shift(); plan !== undefined; plan = due.shift()) results.push(await attempt(plan));
  };
  await Promise.all([next(), next()]);
  return results;
}

test('primaries killed at random moments, with every commit mode: nothing acknowledged is lost', async () => {
  const plans = commitNames.map((_, seed): TrialPlan => ({ ...planTrial(seed, setups), fault: 'kill' }));
  expect(new Set(plans.map(({ commit }) => commit))).toEqual(new Set(commitNames));
  const results = await attemptAll(plans);
  expect(results).toHaveLength(plans.length);
  expect(results.some(({ struck }) => struck)).toBe(true);
  for (const { acknowledged, repeated } of results) expect(acknowledged).toBeGreaterThan(repeated);
});

test('nothing acknowledged is lost after any other fault', async () => {
  const others = faultNames.filter((name) => name !== 'kill');
  const results = await attemptAll(others.map((fault, seed) => ({ ...planTrial(seed, setups), fault })));
  expect(results).toHaveLength(others.length);
  expect(results.some(({ struck }) => struck)).toBe(true);
  for (const { acknowledged } of results) expect(acknowledged).toBeGreaterThan(0);
});

test('a seed settles what a trial does, and seeds cover every fault, commit mode and setup', () => {
  expect(planTrial(77, setups)).toEqual(planTrial(77, setups));
  const plans = Array.from({ length: 250 }, (_, seed) => planTrial(seed, setups));
  expect(plans.filter(({ fault }) => fault === 'kill')).toHaveLength(200);
  expect(new Set(plans.map(({ fault }) => fault))).toEqual(new Set(faultNames));
  for (const fault of faultNames) {
    const commits = plans.filter((plan) => plan.fault === fault).map(({ commit }) => commit);
    expect(new Set(commits), fault).toEqual(new Set(commitNames));
  }
  expect(new Set(plans.map(({ guest, mode }) => `${guest} ${mode}`)).size).toBe(setups.length);
});

test('the soak kills, checks and says what it found, and how long service was gone', async () => {
  const { code, stdout } = await run(['soak', '--part', 'failover', '--kills', '1', '--seed', '5'], '.');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^failover: 1 kills and \d+ other faults .*over \d+ setups in [^:]+: \d+ transactions acknowledged, none lost, .* service gap p50 \d+ ms, worst \d+ ms \(seed \d+\)\n$/,
  );
});

test('a trial that fails says which it was and how to repeat it', async () => {
  const trials = runTrials({ kills: 1, seed: 12, setups, command: ['false'] });
  await expect(trials.next()).rejects.toMatchObject({
    name: 'FailedTrialError',
    message: expect.stringMatching(
      /^failover, seed 12 \(kill, \w+ commit, .* connections\): standby ended before it was ready: .*; again: dirtybench soak --part failover --kills 1 --seed 12$/,
    ),
  });
});

test('rr with both addresses goes on with the standby when the primary is killed, and says how long service was gone', async () => {
  const standby = await serveCommand('standby', '--port', '0', '--serve-port', '0');
  const guest = ['--tracker', 'kvm-ring', '--memory', '64M', '--guest', 'simulated'];
  const flags = ['--port', '0', ...guest, '--standby', formatAddress(standby.address)];
  const primary = await serveCommand('primary', ...flags);
  const both = `${formatAddress(primary.address)},${formatAddress(servingAddress(standby))}`;
  const rr = run(['rr', '--connect', both, '--connections', '3', '--duration', '6', '--warmup', '0.01', '--json'], '.');
  const ask = { address: primary.address, secret: '', timeoutMs: 5000 };
  await until(async () => (await askStatistics(ask)).transactions > 0 || undefined, 'clients to be served');
  // What happens while it warms up is not counted.
  await sleep(1000);
  primary.signal('SIGKILL');
  const { code, stdout } = await rr;
  expect(code).toBe(0);
  const { failovers, repeated, serviceGapNs, transactions, unanswered } = JSON.parse(stdout);
  expect({ failovers, repeated, unanswered }).toEqual({ failovers: 3, repeated: 3, unanswered: 0 });
  expect(transactions).toBeGreaterThan(6);
  expect(serviceGapNs.p50).toBeGreaterThan(100e6);
  expect(serviceGapNs.worst).toBeGreaterThanOrEqual(serviceGapNs.p50);
});

const settings = { memoryBytes: 2 ** 22, pagesPerTransaction: 5, workload: 'uniform', seed: 3 };
const loopback: Address = { host: '127.0.0.1', port: 0 };

function openGuest() {
  return openService('simulated', 'none', settings).guest;
}

async function serve(guest: ReturnType<typeof openGuest>): Promise<Address> {
  const options = {
    secret: '',
    tracked: false,
    standby: null,
    commit: 'stop',
    log: () => {},
    stopped: () => {},
  } as const;
  const primary = await Primary.open({ ...options, listenOn: loopback, guest });
  onTestFinished(() => primary.close());
  return primary.address;
}

async function openClients(addresses: readonly Address[]): Promise<CheckedClients> {
  const clients = await CheckedClients.open(addresses, '', 3);
  onTestFinished(() => clients.close());
  return clients;
}

test('planted: a standby that lacks only the last transaction that was acknowledged is found out', async () => {
  const first = await faultProxy(await serve(openGuest()));
  const takesOver = openGuest();
  const second = await faultProxy(await serve(takesOver));
  second.hold('back');
  const clients = await openClients([first.address, second.address]);
  clients.start();
  await clients.during(sleep(50));
  await clients.stop();
  await replay(takesOver, clients.answers.history().slice(0, -1), trialResponseBytes);
  second.release('back');
  first.close();
  clients.start();
  await expect(clients.answeredBy(second.address)).rejects.toThrow(/counts (\d+) where \1 was acknowledged before/);
});

test('planted: a primary that answers after its standby has begun to is found out', async () => {
  const guest = openGuest();
  const first = await faultProxy(await serve(guest));
  const second = await FaultProxy.open(await serve(guest));
  onTestFinished(() => second.close());
  second.hold('back');
  const clients = await openClients([first.address, second.address]);
  clients.start();
  await clients.during(sleep(50));
  first.hold('back');
  second.release('back');
  await clients.answeredBy(second.address);
  await clients.during(sleep(20));
  first.release('back');
  await expect(clients.during(sleep(5000))).rejects.toThrow(/answered more than [\d.]+ ms after .* had begun to/);
});
