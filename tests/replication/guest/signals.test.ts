import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { availability } from '../../../guests/availability.js';
import { formatAddress } from '../../../replication/address.js';
import { runLoad } from '../../../replication/client/load.js';
import { askDigest } from '../../../replication/client/observer.js';
import { startServer } from '../../../replication/server-process.js';
import { trackers } from '../../../trackers/registry.js';
import { serve } from '../servers.js';

const ring = availability(trackers['kvm-ring']);

test.skipIf(!ring.works)('signals that come while KVM frees its ring cost nothing but time', async () => {
  const profiles = mkdtempSync(join(tmpdir(), 'dirtybench-signals-'));
  onTestFinished(() => rmSync(profiles, { recursive: true }));
  const standby = await serve('standby', '--port', '0');
  // A profiler sends signals to its own process, here every half a millisecond.
  const profiler = ['--cpu-prof', '--cpu-prof-interval=500', `--cpu-prof-dir=${profiles}`];
  const entry = fileURLToPath(new URL('../../../scripts/dirtybench.js', import.meta.url));
  const guest = ['--tracker', 'kvm-ring', '--guest', 'kvm', '--memory', '64M', '--pages', '200'];
  const primary = await startServer(
    [process.execPath, ...profiler, entry],
    ['primary', '--port', '0', ...guest, '--standby', formatAddress(standby.address)],
  );
  onTestFinished(() => primary.end());
  const { transactions } = await runLoad({
    addresses: [primary.address],
    patienceMs: 0,
    secret: '',
    connections: 4,
    rate: null,
    seconds: 1,
    warmupSeconds: 0,
    connectTimeoutMs: 5000,
    requestBytes: 128,
    responseBytes: 128,
  });
  expect(transactions).toBeGreaterThan(0);
  const { primary: here, standby: there } = await askDigest({
    address: primary.address,
    secret: '',
    timeoutMs: 10_000,
  });
  expect(there).toEqual(here);
});
