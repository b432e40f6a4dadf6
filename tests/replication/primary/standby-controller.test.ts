import { expect, onTestFinished, test } from 'vitest';
import { ReplicationError } from '../../../replication/error.js';
import { Events } from '../../../replication/events.js';
import { openService } from '../../../replication/guest/modes.js';
import { Primary } from '../../../replication/primary/primary.js';
import { handleConnection } from '../../../replication/wire/connection-handler.js';
import { noLease } from '../../../replication/wire/handshake.js';
import { Listener, type Peer } from '../../../replication/wire/listener.js';

const secret = '';
const host = '127.0.0.1';

/** A standby that is lost as soon as the first primary is let in, and refuses the second. */
async function openStandby(): Promise<Listener> {
  let asked = 0;
  const check = () => {
    if (asked++ > 0) throw new ReplicationError('one is enough');
    return noLease;
  };
  const enter = ({ socket }: Peer) => {
    setImmediate(() => socket.end());
    return { bytes: () => {} };
  };
  const listener = await Listener.open({
    ...{ what: 'standby', address: { host, port: 0 }, events: new Events(() => {}) },
    accept: (peer) => handleConnection(peer, { secret, check, enter: () => enter(peer) }),
  });
  onTestFinished(() => listener.close());
  return listener;
}

test('a standby that is lost before it is in step is waited for where that is asked, and one that refuses is not', async () => {
  const { address } = await openStandby();
  const settings = { memoryBytes: 2 ** 22, pagesPerTransaction: 5, workload: 'uniform', seed: 3 };
  const { guest } = openService('simulated', 'kvm-ring', settings);
  const times = { connectTimeoutMs: 5000, ackTimeoutMs: 1000, pollUs: 0 };
  const lines: string[] = [];
  const opening = Primary.open({
    ...{ listenOn: { host, port: 0 }, secret, guest, tracked: true, commit: 'stop', stopped: () => {} },
    standby: { address, onLoss: 'wait', encoding: 'raw', ...times },
    log: (line) => lines.push(line),
  });
  await expect(opening).rejects.toThrow('refused: one is enough');
  expect(lines).toEqual([expect.stringMatching(/^primary: no standby: it closed the connection; WAITING for it, /)]);
});
