import { onTestFinished } from 'vitest';
import type { Address } from '../../replication/address.js';
import { FaultProxy } from '../../trials/fault-proxy.js';

/** Opens a way to a server on which things go wrong; it ends with the test. */
export async function faultProxy(server: Address): Promise<FaultProxy> {
  const way = await FaultProxy.open(server);
  onTestFinished(() => way.close());
  return way;
}
