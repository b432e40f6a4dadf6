import type { ReplicatedGuest } from '../replication/guest/guest.js';
import { requestHeaderBytes } from '../replication/guest/service.js';
import { type Digest, digestOf } from '../replication/memory/digest.js';
import type { Served } from './history.js';

/** How many transactions are done before others get a turn. */
const mostInARow = 1000;

/**
 * Does the same transactions again, with a guest that has done none: what it then holds is what any guest must hold that
 * did them, because it is deterministic. `responseBytes` is what the clients asked for, since the response is in the guest's memory.
 * The digest's epoch is the number of transactions.
 */
export async function replay(
  guest: ReplicatedGuest,
  history: readonly Served[],
  responseBytes: number,
): Promise<Digest> {
  const request = Buffer.alloc(requestHeaderBytes);
  for (const [index, { key, sequence }] of history.entries()) {
    request.writeBigUInt64LE(BigInt(key), 0);
    request.writeBigUInt64LE(BigInt(sequence), 8);
    guest.accept(request, responseBytes);
    guest.run();
    if (index % mostInARow === 0) await new Promise(setImmediate);
  }
  const state = Buffer.alloc(guest.stateBytes);
  guest.readState(state, 0);
  return digestOf(history.length, guest, state);
}
