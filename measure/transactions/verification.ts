import { type Address, formatAddress } from '../../replication/address.js';
import { askDigest } from '../../replication/client/observer.js';
import { ReplicationError } from '../../replication/error.js';
import type { Digest } from '../../replication/memory/digest.js';

/** A digest of a large guest takes long. */
export const digestTimeoutMs = 60_000;

/**
 * What a primary and the other side hold at one epoch, byte for byte: its standby, or the target that its guest has moved to.
 * @throws ReplicationError if they do not hold the same.
 */
export async function verifySameOnBothSides(primaryAddress: Address, secret: string): Promise<Digest> {
  const digests = await askDigest({ address: primaryAddress, secret, timeoutMs: digestTimeoutMs });
  const { primary, standby } = digests;
  if (primary === null || standby === null) throw new ReplicationError('a side has no digest to compare');
  if (primary.epoch === standby.epoch && primary.sha256 === standby.sha256) return primary;
  throw new ReplicationError(
    `the other side of ${formatAddress(primaryAddress)} does not hold what that has: ` +
      `epoch ${standby.epoch} ${standby.sha256}, not epoch ${primary.epoch} ${primary.sha256}`,
  );
}
