import { expect, test } from 'vitest';
import { type Address, formatAddress } from '../../../replication/address.js';
import { runLoad } from '../../../replication/client/load.js';
import { askDigest, askStatistics } from '../../../replication/client/observer.js';
import { SimulatedService } from '../../../replication/guest/simulated.js';
import { type Commit, type CommitName, commitNames, commits } from '../../../replication/primary/commit.js';
import { RequestLoop } from '../../../replication/primary/request-loop.js';
import { connect } from '../../../replication/wire/connection.js';
import { encodingNames } from '../../../replication/wire/encoding.js';
import { trackers } from '../../../trackers/registry.js';
import { runHere } from '../../scripts/command.js';
import { faultProxy } from '../../trials/fault-proxy.js';
import { serve, until } from '../servers.js';

const ask = { secret: '', timeoutMs: 5000 };
const memory = ['--tracker', 'kvm-ring', '--memory', '64M'];

function primaryFlags(standby: Address, commit: CommitName, ...more: string[]): string[] {
  return ['primary', '--port', '0', ...memory, '--standby', formatAddress(standby), '--commit', commit, ...more];
}

/** Clients that each ask once; how many have been answered. */
async function askOnce(address: Address, clients: number): Promise<() => number> {
  let answered = 0;
  const wish = { role: 'client', requestBytes: 16, responseBytes: 24 } as const;
  const connections = await Promise.all(Array.from({ length: clients }, () => connect({ ...ask, address, wish })));
  for (const connection of connections) {
    connection.receive = (bytes) => {
      answered += bytes.length / 24;
    };
    connection.socket.write(Buffer.alloc(16));
  }
  return () => answered;
}

async function epochAt(standby: Address): Promise<number | undefined> {
  return (await askDigest({ ...ask, address: standby })).standby?.epoch;
}

// A mode that keeps requests sends its checkpoints as they are.
const ways = commitNames.flatMap((commit) =>
  encodingNames
    .filter((encode) => commits[commit].keeps === 'pages' || encode === 'raw')
    .map((encode) => [commit, encode] as const),
);

test.each(ways)('with --commit %s --encode %s both sides are equal under load and after it', async (commit, encode) => {
  const standby = await serve('standby', '--port', '0');
  const primary = await serve(...primaryFlags(standby.address, commit, '--encode', encode));
  const sizes = { requestBytes: 128, responseBytes: 128, warmupSeconds: 0, connectTimeoutMs: 5000 };
  const loading = runLoad({
    ...ask,
    ...sizes,
    addresses: [primary.address],
    patienceMs: 0,
    connections: 12,
    rate: null,
    seconds: 0.6,
  });
  const during = await askDigest({ ...ask, address: primary.address });
  expect(during.standby).toEqual(during.primary);
  const { transactions, unanswered } = await loading;
  expect(unanswered).toBe(0);
  const after = await askDigest({ ...ask, address: primary.address });
  expect(after.standby).toEqual(after.primary);
  const counted = await askStatistics({ ...ask, address: primary.address });
  expect(counted.transactions).toBe(transactions);
  expect(counted.epochs + 1).toBe(after.primary?.epoch);
  if (commits[commit].mostTransactions === 1) expect(counted.epochs).toBe(transactions);
  else if (commit === 'grouped') expect(counted.epochs).toBeLessThan(transactions / 2);
  else expect(counted.epochs).toBeLessThan(transactions);
});

/** Epochs that the standby has, of six requests that came together, while no acknowledgement comes back: at least and at most. */
function epochsWaiting({ keeps, mostOutstanding, mostTransactions }: Commit): [least: number, most: number] {
  const most = keeps === 'requests' ? 1 : Math.min(6, mostOutstanding);
  return [mostTransactions === 1 ? most : 1, most];
}

test.each(commitNames)('with --commit %s no response goes out before its acknowledgement', async (commit) => {
  const standby = await serve('standby', '--port', '0');
  const proxy = await faultProxy(standby.address);
  const primary = await serve(...primaryFlags(proxy.address, commit, '--checkpoint', '1', '--ack-timeout', '60000'));
  proxy.hold('back');
  const answers = await askOnce(primary.address, 6);
  const [least, most] = epochsWaiting(commits[commit]);
  const beyondFirst = async () => ((await epochAt(standby.address)) ?? 0) - 1;
  await until(
    async () => (await beyondFirst()) >= least || undefined,
    `${least} epochs beyond the first at the standby`,
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await beyondFirst()).toBeGreaterThanOrEqual(least);
  expect(await beyondFirst()).toBeLessThanOrEqual(most);
  expect(answers()).toBe(0);
  proxy.release('back');
  await until(() => answers() === 6 || undefined, 'all answers');
});

test.each(commitNames)('with --commit %s a primary that may go on answers what was under way', async (commit) => {
  const standby = await serve('standby', '--port', '0');
  const proxy = await faultProxy(standby.address);
  // Where requests are logged, a checkpoint after each shows that they have come.
  const primary = await serve(...primaryFlags(proxy.address, commit, '--checkpoint', '1', '--on-loss', 'continue'));
  proxy.hold('back');
  const answers = await askOnce(primary.address, 6);
  await until(async () => (await epochAt(standby.address)) !== 1 || undefined, 'an epoch');
  expect(answers()).toBe(0);
  standby.signal('SIGKILL');
  proxy.release('back');
  await primary.line(/UNSYNCHRONISED from now on/);
  await until(() => answers() === 6 || undefined, 'all answers');
});

test('a mode that commits nothing takes neither --commit nor --encode', async () => {
  const none = ['primary', '--port', '0', '--tracker', 'none'];
  const { code, stderr } = await runHere([...none, '--commit', 'grouped'], '.');
  expect(code).toBe(2);
  expect(stderr).toBe('dirtybench: --tracker none commits nothing: leave --commit out\n');
  expect((await runHere([...none, '--encode', 'xor'], '.')).stderr).toMatch(/sends no pages: leave --encode out/);
});

test.each([[[]], [['--commit', 'replay']]])('a guest without a standby takes no --encode, with %j', async (commit) => {
  const alone = ['primary', '--port', '0', '--tracker', 'kvm-ring', '--guest', 'simulated', '--standby', 'none'];
  expect(await runHere([...alone, ...commit, '--encode', 'xor'], '.')).toMatchObject({
    code: 2,
    stderr: 'dirtybench: --standby none has nobody to encode pages for: leave --encode out\n',
  });
});

test('those who want the guest at rest get their turns one after the other', async () => {
  const settings = { memoryBytes: 2 ** 22, pagesPerTransaction: 4, workload: 'uniform', seed: 1, ringEntries: null };
  const service = new SimulatedService(trackers['dirty-ring'], settings);
  const loop = new RequestLoop(service, commits.stop, () => {});
  const order: string[] = [];
  const goOn = await loop.atRest();
  const second = loop.atRest().then((next) => {
    order.push('second');
    next();
  });
  await new Promise((resolve) => setImmediate(resolve));
  order.push('first goes on');
  goOn();
  await second;
  expect(order).toEqual(['first goes on', 'second']);
  loop.stop();
  service.close();
});
