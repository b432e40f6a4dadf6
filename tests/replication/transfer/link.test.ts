import { expect, onTestFinished, test, vi } from 'vitest';
import type { Address } from '../../../replication/address.js';
import { Events } from '../../../replication/events.js';
import { openService } from '../../../replication/guest/modes.js';
import { Link } from '../../../replication/transfer/link.js';
import { handleConnection } from '../../../replication/wire/connection-handler.js';
import { Listener } from '../../../replication/wire/listener.js';
import { until } from '../servers.js';

const secret = '';

/** A standby that takes over, and closes the connection as soon as it has welcomed somebody. */
async function openStandby(): Promise<Address> {
  const listener = await Listener.open({
    what: 'standby',
    address: { host: '127.0.0.1', port: 0 },
    events: new Events(() => {}),
    accept: (peer) =>
      handleConnection(peer, {
        secret,
        check: () => ({ leaseMs: 1000 }),
        enter: () => {
          setImmediate(() => peer.socket.end());
          return { bytes: () => {} };
        },
      }),
  });
  onTestFinished(() => listener.close());
  return listener.address;
}

test('who listens on a link that is lost already is told so, and no timer is left running', async () => {
  const { guest } = openService('simulated', 'kvm-ring', {
    ...{ memoryBytes: 2 ** 22, pagesPerTransaction: 5, workload: 'uniform', seed: 3 },
  });
  onTestFinished(() => guest.close());
  const times = { timeoutMs: 5000, ackTimeoutMs: 1000 };
  const link = await Link.open({ address: await openStandby(), secret, guest, purpose: 'replication', ...times });
  onTestFinished(() => link.close());
  expect(link.takesOver).toBe(true);
  await until(() => link.lost ?? undefined, 'the loss');
  const started = vi.spyOn(globalThis, 'setInterval');
  onTestFinished(() => started.mockRestore());
  const said: string[] = [];
  link.listen({ acknowledged: () => {}, logged: () => {}, renewed: () => {}, lost: (why) => said.push(why) });
  expect(said).toEqual([link.lost]);
  expect(started).not.toHaveBeenCalled();
});
