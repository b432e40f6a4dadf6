import { onTestFinished } from 'vitest';
import type { Address } from '../../replication/address.js';
import { FaultProxy } from '../../trials/fault-proxy.js';

/** Opens a proxy that injects faults in front of a server; it ends with the test. */
export async function faultProxy(server: Address): Promise<FaultProxy> {
  const proxy = await FaultProxy.open(server);
  onTestFinished(() => proxy.close());
  return proxy;
}
