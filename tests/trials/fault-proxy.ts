import { onTestFinished } from 'vitest';
import type { Address } from '../../replication/address.js';
import { FaultyWay } from '../../trials/fault-proxy.js';

/** Opens a way to a server on which things go wrong; it ends with the test. */
export async function faultyWay(server: Address): Promise<FaultyWay> {
  const way = await FaultyWay.open(server);
  onTestFinished(() => way.close());
  return way;
}
